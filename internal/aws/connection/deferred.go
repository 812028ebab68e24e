package connection

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
)

// deferred are the credentials of a configuration that says the account: they are looked for when the first call
// needs them, and have to be of that account. A run that calls nothing needs none.
type deferred struct {
	find func(context.Context) (aws.CredentialsProvider, error)

	mu       sync.Mutex
	searched bool
	provider aws.CredentialsProvider
	err      error
}

// CredentialsError is why a call has no credentials.
type CredentialsError struct {
	Diagnostic

	// None: there are no credentials. Otherwise they are wrong.
	None bool
}

func (e *CredentialsError) Error() string {
	return e.Summary + ": " + strings.TrimSuffix(e.Detail, ".")
}

// Retrieve looks for credentials once; a search that fails takes seconds and would fail again.
func (d *deferred) Retrieve(ctx context.Context) (aws.Credentials, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.searched {
		provider, err := d.find(ctx)
		if err != nil && ctx.Err() != nil {
			return aws.Credentials{}, err
		}
		d.searched, d.provider, d.err = true, provider, err
	}
	if d.err != nil {
		return aws.Credentials{}, d.err
	}
	return d.provider.Retrieve(ctx)
}

// withoutCredentials is a configuration of aws-sdk-go-base that finds everything but credentials.
func withoutCredentials(base awsbase.Config) *awsbase.Config {
	base.AccessKey, base.SecretKey, base.Token = "deferred", "deferred", ""
	base.AssumeRole, base.AssumeRoleWithWebIdentity = nil, nil
	return &base
}

// findCredentials looks for the credentials, and whose they are.
func (c Config) findCredentials(ctx context.Context, base *awsbase.Config, every []func(*middleware.Stack) error) (aws.CredentialsProvider, error) {
	unasked := *base
	unasked.SkipCredsValidation = true // the question whose they are validates them
	ctx, found, diags := awsbase.GetAwsConfig(ctx, &unasked)
	for i, d := range fromBase(diags, c) {
		if d.Severity == Error {
			return nil, &CredentialsError{d, awsbase.IsNoValidCredentialSourcesError(diags[i])}
		}
	}
	if c.SkipRequestingAccountID && c.SkipCredentialsValidation {
		return found.Credentials, nil
	}
	found.APIOptions = slices.Concat(found.APIOptions, every)
	account, _, diags := awsbase.GetAwsAccountIDAndPartition(ctx, found, base)
	if diags.HasError() {
		source := ""
		if creds, err := found.Credentials.Retrieve(ctx); err == nil {
			source = creds.Source
		}
		return nil, &CredentialsError{Diagnostic: notAccepted(diags[0], source)}
	}
	if account != "" && account != c.AccountID {
		return nil, &CredentialsError{Diagnostic: Diagnostic{
			Severity:  Error,
			Summary:   "Wrong AWS account",
			Detail:    fmt.Sprintf("The credentials are those of account %s, and account_id is %s. Use credentials of that account, or change account_id.", account, c.AccountID),
			Attribute: "account_id",
		}}
	}
	return found.Credentials, nil
}
