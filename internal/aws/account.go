package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
)

// Account asks for the account of the credentials, where the configuration did not want it
// asked for at the start and it is needed after all.
func (c *Client) Account(ctx context.Context) (string, error) {
	if c.AccountID != "" {
		return c.AccountID, nil
	}
	cfg := c.session.configFor(cmp.Or(c.session.stsRegion, c.Region), c.where(false))
	client := sts.NewFromConfig(cfg, func(o *sts.Options) { c.session.setEndpoint(&o.BaseEndpoint, "sts") })
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("asking for the account of the credentials: %w", err)
	}
	return aws.ToString(out.Account), nil
}

// CredentialsError is why a call has no credentials, nil if that is not why it failed.
func CredentialsError(err error) *connection.CredentialsError {
	failed, _ := errors.AsType[*connection.CredentialsError](err)
	return failed
}
