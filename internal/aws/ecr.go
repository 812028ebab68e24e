package aws

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Login is what a container registry gives access for. It is never written by fmt.
type Login struct {
	Username, Password string
}

// String keeps the password out of %v.
func (l Login) String() string { return "aws.Login{…}" }

// GoString keeps the password out of %#v.
func (l Login) GoString() string { return l.String() }

// ECRLogin is the login of the private ECR registries of a region, the own one and those of
// other accounts whose repositories let these credentials in. It is good for twelve hours, and a run asks for it once.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
func (c *Client) ECRLogin(ctx context.Context, region string) (Login, error) {
	return c.session.logins.get(ctx, "ecr "+region, func() (Login, error) { return c.findECRLogin(ctx, region) })
}

func (c *Client) findECRLogin(ctx context.Context, region string) (Login, error) {
	there, err := c.InRegion(region)
	if err != nil {
		return Login{}, err
	}
	out, err := there.ecr.GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		return Login{}, fmt.Errorf("asking ECR for a token: %w", err)
	}
	for _, data := range out.AuthorizationData {
		text, err := base64.StdEncoding.DecodeString(aws.ToString(data.AuthorizationToken))
		if err != nil {
			continue
		}
		if username, password, ok := strings.Cut(string(text), ":"); ok {
			return Login{Username: username, Password: password}, nil
		}
	}
	return Login{}, fmt.Errorf("asking ECR in %s for a token: the answer has none", region)
}

// errLoginForm is all that is said of what a secret holds.
var errLoginForm = errors.New(`it does not hold JSON of the form {"username": "…", "password": "…"}`)

// SecretLogin is the login in a secret of Secrets Manager, in the form that ECS wants for its
// repositoryCredentials. The secret is given by ARN, of any region; a run reads it once.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
func (c *Client) SecretLogin(ctx context.Context, secret string) (Login, error) {
	return c.session.logins.get(ctx, "secret "+secret, func() (Login, error) { return c.findSecretLogin(ctx, secret) })
}

func (c *Client) findSecretLogin(ctx context.Context, secret string) (Login, error) {
	parsed, err := arn.Parse(secret)
	if err != nil {
		return Login{}, err
	}
	there, err := c.InRegion(parsed.Region)
	if err != nil {
		return Login{}, err
	}
	out, err := there.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(secret)})
	if err != nil {
		return Login{}, fmt.Errorf("reading secret %s: %w", secret, err)
	}
	var content struct{ Username, Password *string }
	// The error of a decoder says what it found.
	if err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), &content); err != nil || content.Username == nil || content.Password == nil {
		return Login{}, fmt.Errorf("reading secret %s: %w", secret, errLoginForm)
	}
	return Login{Username: *content.Username, Password: *content.Password}, nil
}
