package connection

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithymiddleware "github.com/aws/smithy-go/middleware"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"

	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
	"github.com/dockertask/terraform-provider-docker/internal/aws/pace"
)

// Connection is how AWS is reached: with the credentials and settings of the provider block, and with the
// middleware that every call passes.
type Connection struct {
	AWS       aws.Config // its region is that of the provider
	AccountID string     // "" when the configuration skips asking for it
	Partition string
	logger    maskingLogger
}

// Open calls AWS once, to learn whose the credentials are (and STS or an identity provider to get them, if a
// role is assumed). isThrottled reports whether AWS refused a call only because it came too soon after others; more is
// middleware that calls pass besides. With an error among the diagnostics the connection is nil.
func Open(ctx context.Context, cfg Config, isThrottled func(error) bool, more ...func(*smithymiddleware.Stack) error) (*Connection, []Diagnostic) {
	around := cfg.readSurroundings(ctx)
	logger := newMaskingLogger(ctx, cfg.secrets(), cfg.urls(around))
	connected, diags := connectWith(logger.context(ctx), cfg, around, logger, isThrottled, more)
	for i := range diags {
		diags[i].Summary, diags[i].Detail = logger.text(diags[i].Summary), logger.text(diags[i].Detail)
	}
	return connected, diags
}

func connectWith(ctx context.Context, cfg Config, around surroundings, logger maskingLogger, isThrottled func(error) bool, more []func(*smithymiddleware.Stack) error) (*Connection, []Diagnostic) {
	diags := cfg.check(around)
	if hasError(diags) {
		return nil, diags
	}

	// GetAwsConfig would validate the credentials with a first call, and finding the account
	// make the same call again: put off to the second.
	base := cfg.awsBase(around, logger)
	base.SkipCredsValidation = true
	asked := base
	if cfg.AccountID != "" {
		asked = withoutCredentials(*base)
	}
	ctx, awsConfig, baseDiags := awsbase.GetAwsConfig(ctx, asked)
	base.SkipCredsValidation = cfg.SkipCredentialsValidation
	diags = append(diags, fromBase(baseDiags, cfg)...)
	if baseDiags.HasError() {
		if base.Region == "" {
			diags = append(diags, noRegion())
		}
		return nil, diags
	}

	if awsConfig.Region == "" {
		return nil, append(diags, noRegion())
	}
	if awsConfig.Region != base.Region && !cfg.SkipRegionValidation { // told by the EC2 metadata service
		if err := CheckRegion(awsConfig.Region); err != nil {
			return nil, append(diags, invalidRegion(err, cfg, around))
		}
	}

	every := slices.Concat(middleware.ForEveryCall(logger.urls), more)
	awsConfig.APIOptions = slices.Concat(awsConfig.APIOptions, every)
	accountID, partition := cfg.AccountID, ""
	if cfg.AccountID != "" {
		awsConfig.Credentials = aws.NewCredentialsCache(&deferred{find: func(ctx context.Context) (aws.CredentialsProvider, error) {
			return cfg.findCredentials(logger.context(ctx), base, every)
		}})
		baseDiags = nil
	} else {
		accountID, partition, baseDiags = awsbase.GetAwsAccountIDAndPartition(ctx, awsConfig, base)
	}
	if baseDiags.HasError() {
		source := ""
		if creds, err := awsConfig.Credentials.Retrieve(ctx); err == nil {
			source = creds.Source
		}
		for _, d := range baseDiags {
			diags = append(diags, notAccepted(d, source))
		}
		return nil, diags
	}
	if wrong := checkAccount(accountID, base); wrong != nil {
		return nil, append(diags, *wrong)
	}
	if partition == "" {
		partition = partitionOf(awsConfig.Region)
	}

	// The pacer comes before the finisher: who waits for a turn has nothing under way.
	awsConfig.APIOptions = append(awsConfig.APIOptions, middleware.LetFinish)
	pace.Add(&awsConfig, isThrottled)
	return &Connection{AWS: awsConfig, AccountID: accountID, Partition: partition, logger: logger}, diags
}

// Context is a context whose calls are logged, without credentials and without bodies.
func (c Connection) Context(ctx context.Context) context.Context { return c.logger.context(ctx) }
