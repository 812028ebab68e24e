// Package aws is the only package that calls AWS.
package aws

import (
	"context"
	"slices"
	"sync"
	"time"

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

	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/task"
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

	defaultSubnets lookups[[]string]
	// families are the newest ACTIVE revisions, by family, and roles those that a revision names, by its ARN.
	families lookups[*task.ObservedDefinition]
	roles    lookups[map[task.RoleKind]*task.ObservedRole]

	tasks taskReads
}

// session is what the clients of one provider instance have in common, whatever their region.
type session struct {
	connection.Connection
	endpoints            map[string]string
	stsRegion            string // "" for that of the client
	skipRegionValidation bool
	consistent           bool // see [Config.Consistent]
	clock                wait.Clock

	mu      sync.Mutex
	regions map[string]*Client

	account lookups[string]
	logins  lookups[Login] // of ECR by region, of secrets by ARN

	// ownTasks has the ARNs of the tasks that the instance has started.
	ownTasks sync.Map
	// began is when the instance was made.
	began time.Time

	policies sharedPolicies
	recent   recent
	holds    holds
}

// New returns the client that the provider block asks for. It calls AWS once, to learn whose
// the credentials are (and STS or an identity provider to get them, if a role is assumed).
// With an error among the diagnostics the client is nil.
func New(ctx context.Context, cfg connection.Config) (*Client, []connection.Diagnostic) {
	connected, diags := connection.Open(ctx, cfg, isThrottled, effects{}.addTo)
	if connected == nil {
		return nil, diags
	}
	s := &session{
		Connection:           *connected,
		endpoints:            cfg.Endpoints,
		skipRegionValidation: cfg.SkipRegionValidation,
		stsRegion:            cfg.STSRegion,
		consistent:           cfg.Consistent,
		clock:                cfg.Clock,
		began:                time.Now(),
		regions:              make(map[string]*Client),
	}
	if s.clock == nil {
		s.clock = wait.System{}
	}
	client := s.newRegionalClient(connected.AccountID, connected.Partition, connected.AWS.Region)
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

// configFor is the configuration of a service's client; errors of its calls name where.
func (s *session) configFor(region, where string) aws.Config {
	cfg := s.AWS.Copy()
	cfg.Region = region
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), middleware.InPlace(where))
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
		if err := connection.CheckRegionIn(c.Partition, region); err != nil {
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
	return c.session.Context(ctx)
}
