// Package awsapi is the only package that calls AWS.
package awsapi

import (
	"context"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
)

// Client calls AWS in one account and region. It is safe for concurrent use.
type Client struct {
	AccountID string // "" when the configuration skips asking for it
	Partition string // aws, aws-cn, aws-us-gov, …
	Region    string

	ecs     *ecs.Client
	iam     *iam.Client
	logs    *cloudwatchlogs.Client
	ec2     *ec2.Client
	ecr     *ecr.Client
	secrets *secretsmanager.Client
	events  *eventbridge.Client
	lambda  *lambda.Client
	sns     *sns.Client
	sqs     *sqs.Client

	scheduler *scheduler.Client

	session *session

	defaultSubnets struct {
		mu  sync.Mutex
		ids []string // nil until looked up
	}

	glances glances
}

// session is what the clients of one provider instance have in common, whatever their region.
type session struct {
	aws                  aws.Config // its region is that of the provider
	endpoints            map[string]string
	stsRegion            string // "" for that of the client
	skipRegionValidation bool
	consistent           bool // see [Config.Consistent]
	logger               maskingLogger

	mu      sync.Mutex
	regions map[string]*Client

	policies sharedPolicies
	recent   recent
	holds    holds
}

// New returns the client that the provider block asks for. It calls AWS once, to learn whose
// the credentials are (and STS or an identity provider to get them, if a role is assumed).
// With an error among the diagnostics the client is nil.
func New(ctx context.Context, cfg Config) (*Client, []Diagnostic) {
	around := cfg.readSurroundings(ctx)
	logger := newMaskingLogger(ctx, cfg.secrets(), cfg.urls(around))
	client, diags := newClient(logger.context(ctx), cfg, around, logger)
	for i := range diags {
		diags[i].Summary, diags[i].Detail = logger.text(diags[i].Summary), logger.text(diags[i].Detail)
	}
	return client, diags
}

func newClient(ctx context.Context, cfg Config, around surroundings, logger maskingLogger) (*Client, []Diagnostic) {
	diags := cfg.check(around)
	if hasError(diags) {
		return nil, diags
	}

	// GetAwsConfig would validate the credentials with a first call, and finding the account
	// make the same call again: put off to the second.
	base := cfg.awsBase(around, logger)
	base.SkipCredsValidation = true
	ctx, awsConfig, baseDiags := awsbase.GetAwsConfig(ctx, base)
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

	awsConfig.APIOptions = append(slices.Clone(awsConfig.APIOptions), PlainBody, callLog{}.addTo, answerCheck{}.addTo, valueHiding{}.addTo, urlHiding{logger}.addTo, unanswered{}.addTo, newUnreachable().addTo, effects{}.addTo)
	accountID, partition, baseDiags := awsbase.GetAwsAccountIDAndPartition(ctx, awsConfig, base)
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
	awsConfig.APIOptions = append(awsConfig.APIOptions, finisher{}.addTo, newPacer().addTo)
	if newRetryer := awsConfig.Retryer; newRetryer != nil {
		awsConfig.Retryer = func() aws.Retryer {
			retryer := newRetryer()
			if v2, ok := retryer.(aws.RetryerV2); ok {
				return quotaRetryer{v2}
			}
			return retryer
		}
	}

	s := &session{
		aws:                  awsConfig,
		endpoints:            cfg.Endpoints,
		skipRegionValidation: cfg.SkipRegionValidation,
		stsRegion:            cfg.STSRegion,
		consistent:           cfg.Consistent,
		logger:               logger,
		regions:              make(map[string]*Client),
	}
	client := s.newRegionalClient(accountID, partition, awsConfig.Region)
	s.regions[client.Region] = client
	return client, diags
}

func (s *session) newRegionalClient(accountID, partition, region string) *Client {
	client := &Client{AccountID: accountID, Partition: partition, Region: region, session: s}
	cfg, global := s.configFor(region, client.where(false)), s.configFor(region, client.where(true))
	client.ecs = ecs.NewFromConfig(cfg, func(o *ecs.Options) { s.setEndpoint(&o.BaseEndpoint, "ecs") })
	client.iam = iam.NewFromConfig(global, func(o *iam.Options) { s.setEndpoint(&o.BaseEndpoint, "iam") })
	client.logs = cloudwatchlogs.NewFromConfig(cfg, func(o *cloudwatchlogs.Options) { s.setEndpoint(&o.BaseEndpoint, "logs") })
	client.ec2 = ec2.NewFromConfig(cfg, func(o *ec2.Options) { s.setEndpoint(&o.BaseEndpoint, "ec2") })
	client.ecr = ecr.NewFromConfig(cfg, func(o *ecr.Options) { s.setEndpoint(&o.BaseEndpoint, "ecr") })
	client.secrets = secretsmanager.NewFromConfig(cfg, func(o *secretsmanager.Options) { s.setEndpoint(&o.BaseEndpoint, "secretsmanager") })
	client.events = eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) { s.setEndpoint(&o.BaseEndpoint, "events") })
	client.lambda = lambda.NewFromConfig(cfg, func(o *lambda.Options) { s.setEndpoint(&o.BaseEndpoint, "lambda") })
	client.sns = sns.NewFromConfig(cfg, func(o *sns.Options) { s.setEndpoint(&o.BaseEndpoint, "sns") })
	client.scheduler = scheduler.NewFromConfig(cfg, func(o *scheduler.Options) { s.setEndpoint(&o.BaseEndpoint, "scheduler") })
	client.sqs = sqs.NewFromConfig(cfg, func(o *sqs.Options) { s.setEndpoint(&o.BaseEndpoint, "sqs") })
	return client
}

// configFor is the configuration of a service's client; where is told in the errors of its calls.
func (s *session) configFor(region, where string) aws.Config {
	cfg := s.aws.Copy()
	cfg.Region = region
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), placed{where}.addTo)
	return cfg
}

// setEndpoint puts the endpoint of the provider block before those of the environment, which
// the SDK has already resolved.
func (s *session) setEndpoint(endpoint **string, service string) {
	if url := s.endpoints[service]; url != "" {
		*endpoint = aws.String(url)
	}
}

// InRegion returns a client with the same credentials for a region of the same partition, and
// c itself for "" and for its own region. The error of a region that is not one names those
// that are.
func (c *Client) InRegion(region string) (*Client, error) {
	if region == "" || region == c.Region {
		return c, nil
	}
	s := c.session
	if !s.skipRegionValidation {
		if err := checkRegionIn(c.Partition, region); err != nil {
			return nil, err
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if other, ok := s.regions[region]; ok {
		return other, nil
	}
	other := s.newRegionalClient(c.AccountID, c.Partition, region)
	s.regions[region] = other
	return other, nil
}

// Context returns a context for the client's calls: with it they are logged, without
// credentials and without bodies, which hold the users' environment variables. Every RPC of
// the provider begins with it.
func (c *Client) Context(ctx context.Context) context.Context {
	return c.session.logger.context(ctx)
}
