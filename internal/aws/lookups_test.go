package aws

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
)

// atOnce does something n times at the same time, and returns the errors.
func atOnce(n int, do func() error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do() })
	}
	all.Wait()
	return errs
}

// What many resources ask for at the same time is looked up once, and again by nobody.
func TestLookups_onceARun(t *testing.T) {
	awstest.Isolate(t)
	for name, c := range map[string]struct {
		operation string
		ask       func(context.Context, *Client) error
	}{
		"default subnets": {"DescribeSubnets", func(ctx context.Context, c *Client) error {
			_, err := c.DefaultSubnets(ctx)
			return err
		}},
		"account": {"GetCallerIdentity", func(ctx context.Context, c *Client) error {
			_, err := c.Account(ctx)
			return err
		}},
		"account, another region": {"GetCallerIdentity", func(ctx context.Context, c *Client) error {
			there, err := c.InRegion("eu-central-1")
			if err == nil {
				_, err = there.Account(ctx)
			}
			return err
		}},
		"login of ECR": {"GetAuthorizationToken", func(ctx context.Context, c *Client) error {
			_, err := c.ECRLogin(ctx, "eu-central-1")
			return err
		}},
		"login in a secret": {"GetSecretValue", func(ctx context.Context, c *Client) error {
			_, err := c.SecretLogin(ctx, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a")
			return err
		}},
		"family": {"DescribeTaskDefinition", func(ctx context.Context, c *Client) error {
			_, err := c.GlanceAtDefinition(ctx, "x")
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := &fakeAWS{answer: func(c call) *http.Response {
					_ = wait.Pause(t.Context(), time.Second)
					switch c.operation {
					case "DescribeSubnets":
						return awstest.XMLResponse("<DescribeSubnetsResponse><subnetSet></subnetSet></DescribeSubnetsResponse>")
					case "GetAuthorizationToken":
						return awstest.JSONResponse(http.StatusOK, `{"authorizationData":[{"authorizationToken":"dTpw"}]}`)
					case "GetSecretValue":
						return awstest.JSONResponse(http.StatusOK, `{"SecretString":"{\"username\":\"u\",\"password\":\"p\"}"}`)
					}
					return nothing(c)
				}}
				cfg := testConfig(fake)
				cfg.SkipRequestingAccountID = true
				client := mustNew(t, cfg)
				for range 2 {
					if err := errors.Join(atOnce(50, func() error { return c.ask(t.Context(), client) })...); err != nil {
						t.Fatal(err)
					}
				}
				if n := fake.count(c.operation); n != 1 {
					t.Errorf("%d calls", n)
				}
			})
		})
	}
}

// Those that wait for one lookup get its error, and a later one asks again; but that the one who asked gave up is no
// answer for the others.
func TestLookups_errors(t *testing.T) {
	for name, c := range map[string]struct {
		look  func(ctx context.Context, nth int32) error
		fails int // of five at once
		asked int32
	}{
		"refused": {func(ctx context.Context, _ int32) error {
			return errors.Join(wait.Pause(ctx, time.Second), errors.New("refused"))
		}, 5, 1},
		"panics": {func(ctx context.Context, _ int32) error {
			_ = wait.Pause(ctx, time.Second)
			panic("oh")
		}, 5, 1},
		"given up": {waitIfFirst, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var known lookups[string]
				var asked, begun atomic.Int32
				failed := 0
				for _, err := range atOnce(5, func() error {
					ctx := t.Context()
					if begun.Add(1) == 1 { // the first has less time
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, 2*time.Second)
						defer cancel()
					} else {
						_ = wait.Pause(ctx, time.Millisecond)
					}
					_, err := known.get(ctx, "k", func() (string, error) { return "v", c.look(ctx, asked.Add(1)) })
					return err
				}) {
					if err != nil {
						failed++
					}
				}
				if failed != c.fails || asked.Load() != c.asked {
					t.Errorf("%d failed, %d looked", failed, asked.Load())
				}
				value, err := known.get(t.Context(), "k", func() (string, error) { return "later", nil })
				if want := map[bool]string{true: "later", false: "v"}[c.fails == 5]; err != nil || value != want {
					t.Errorf("afterwards: %q, %v", value, err)
				}
			})
		})
	}
}

// waitIfFirst waits for the end of the first one's context.
func waitIfFirst(ctx context.Context, nth int32) error {
	if nth == 1 {
		<-ctx.Done()
	}
	return ctx.Err()
}
