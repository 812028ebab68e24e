package aws

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
)

// TestNew_saysNoPasswordOfURLs has passwords with every character that means something in a
// URL in each place where the provider takes a URL: none of them stands in an error or in the
// log. Nothing listens at the address.
func TestNew_saysNoPasswordOfURLs(t *testing.T) {
	const secret = "hunter2"
	const host = "127.0.0.1:1"
	forms := 0
	for place, set := range map[string]func(t *testing.T, c *connection.Config, url string){
		"http_proxy":    func(_ *testing.T, c *connection.Config, url string) { c.HTTPProxy = &url },
		"https_proxy":   func(_ *testing.T, c *connection.Config, url string) { c.HTTPSProxy = &url },
		"endpoints ecs": func(_ *testing.T, c *connection.Config, url string) { c.Endpoints["ecs"] = url },
		"endpoints sts": func(_ *testing.T, c *connection.Config, url string) {
			c.Endpoints["sts"] = url
			c.SkipCredentialsValidation, c.SkipRequestingAccountID = false, false
		},
		"AWS_ENDPOINT_URL": func(t *testing.T, c *connection.Config, url string) {
			delete(c.Endpoints, "ecs")
			t.Setenv("AWS_ENDPOINT_URL", url)
		},
		"AWS_ENDPOINT_URL_ECS": func(t *testing.T, c *connection.Config, url string) {
			delete(c.Endpoints, "ecs")
			t.Setenv("AWS_ENDPOINT_URL_ECS", url)
		},
		"AWS_ENDPOINT_URL_STS": func(t *testing.T, c *connection.Config, url string) {
			t.Setenv("AWS_ENDPOINT_URL_STS", url)
			delete(c.Endpoints, "sts")
			c.SkipCredentialsValidation, c.SkipRequestingAccountID = false, false
		},
		"profile": func(t *testing.T, c *connection.Config, url string) {
			delete(c.Endpoints, "ecs")
			awstest.WriteFile(t, os.Getenv("AWS_CONFIG_FILE"), "[default]\nendpoint_url = "+url+"\n")
		},
		"ec2_metadata_service_endpoint": func(t *testing.T, c *connection.Config, url string) {
			t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
			c.AccessKey, c.SecretKey, c.EC2MetadataServiceEndpoint = "", "", url
		},
	} {
		for _, userinfo := range []string{
			"u:" + secret, "u:" + secret + "/pw", "u:/" + secret, "u:" + secret + "?x", "u:" + secret + "#x", "u:" + secret + "@x", "u:@" + secret, "us er:" + secret,
			"u:%zz" + secret, "u:a b " + secret, "u:a/b c" + secret, `u:"` + secret, `u:\` + secret, "u:[" + secret, secret, ":" + secret,
		} {
			if _, err := url.Parse("http://" + userinfo + "@" + host); err == nil && strings.HasPrefix(place, "ec2_") {
				continue // asked again and again, with pauses
			}
			forms++
			t.Run(place+" "+userinfo, func(t *testing.T) {
				awstest.Isolate(t)
				cfg := connection.Config{
					Region: awstest.Region, AccessKey: awstest.Key, SecretKey: awstest.Secret, MaxRetries: aws.Int(1), SkipCredentialsValidation: true, SkipRequestingAccountID: true,
					Endpoints: map[string]string{"ecs": "http://" + host, "sts": "http://" + host},
				}
				set(t, &cfg, "http://"+userinfo+"@"+host)
				var log bytes.Buffer
				root := tflogtest.RootLogger(t.Context(), &log)
				client, diags := New(root, cfg)
				said := fmt.Sprintf("%+v", diags)
				if client != nil {
					_, err := client.ecs.DescribeTaskDefinition(client.Context(root), &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String("x")})
					if err == nil {
						t.Error("something answers")
					}
					said += fmt.Sprint(err)
				}
				if transport, err := connection.Transport(root, cfg); err != nil {
					said += err.Error()
				} else if transport == nil {
					t.Error("no transport")
				}
				for name, text := range map[string]string{"error": said, "log": log.String()} {
					if i := strings.Index(text, secret); i >= 0 {
						t.Errorf("the %s has it: …%s…", name, text[max(0, i-150):min(len(text), i+80)])
					}
				}
			})
		}
	}
	t.Logf("%d forms", forms)
}
