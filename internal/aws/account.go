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

// Account is the account of the credentials. Where the configuration did not want it asked for at the start, a run asks for
// it once, when it is needed after all.
func (c *Client) Account(ctx context.Context) (string, error) {
	if c.AccountID != "" {
		return c.AccountID, nil
	}
	return c.session.account.get(ctx, "", func() (string, error) { return c.findAccount(ctx) })
}

func (c *Client) findAccount(ctx context.Context) (string, error) {
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
