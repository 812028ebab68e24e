package console

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

func TestPage(t *testing.T) {
	frankfurt := In(arn.Place{Partition: "aws", Region: "eu-central-1", Account: "123456789012"})
	beijing := In(arn.Place{Partition: "aws-cn", Region: "cn-north-1"})
	gov := In(arn.Place{Partition: "aws-us-gov", Region: "us-gov-west-1"})
	isolated := In(arn.Place{Partition: "aws-iso", Region: "us-iso-east-1"})
	nowhere := In(arn.Place{Partition: "aws"})
	for _, c := range []struct{ got, want string }{
		{frankfurt.TaskDefinition("api"), "https://eu-central-1.console.aws.amazon.com/ecs/v2/task-definitions/api?region=eu-central-1"},
		{frankfurt.Cluster("default"), "https://eu-central-1.console.aws.amazon.com/ecs/v2/clusters/default?region=eu-central-1"},
		{frankfurt.Tasks("default"), "https://eu-central-1.console.aws.amazon.com/ecs/v2/clusters/default/tasks?region=eu-central-1"},
		{frankfurt.Task("default", "4f6c"), "https://eu-central-1.console.aws.amazon.com/ecs/v2/clusters/default/tasks/4f6c?region=eu-central-1"},
		{frankfurt.LogGroup("/ecs/api"), "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/$252Fecs$252Fapi"},
		{frankfurt.LogGroup("a b#c"), "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/a$2Bb$2523c"},
		{frankfurt.LogStream("/ecs/api", "ecs/api/4f6c"), "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/$252Fecs$252Fapi/log-events/ecs$252Fapi$252F4f6c"},
		{frankfurt.Rule("default", "api-failed"), "https://eu-central-1.console.aws.amazon.com/events/home?region=eu-central-1#/eventbus/default/rules/api-failed"},
		{frankfurt.Schedule("default", "nightly"), "https://eu-central-1.console.aws.amazon.com/scheduler/home?region=eu-central-1#schedules/default/nightly"},
		{frankfurt.Role("api-eu-central-1-task"), "https://console.aws.amazon.com/iam/home#/roles/details/api-eu-central-1-task"},
		{beijing.TaskDefinition("api"), "https://cn-north-1.console.amazonaws.cn/ecs/v2/task-definitions/api?region=cn-north-1"},
		{beijing.Role("api"), "https://console.amazonaws.cn/iam/home#/roles/details/api"},
		{gov.Tasks("default"), "https://us-gov-west-1.console.amazonaws-us-gov.com/ecs/v2/clusters/default/tasks?region=us-gov-west-1"},
		{gov.Role("api"), "https://console.amazonaws-us-gov.com/iam/home#/roles/details/api"},
		{isolated.Tasks("default"), ""},
		{isolated.Role("api"), ""},
		{nowhere.Tasks("default"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
		if u, err := url.Parse(c.got); err != nil || c.got != "" && (u.Scheme != "https" || u.Host == "") {
			t.Errorf("%s is no address: %v", c.got, err)
		}
	}
}

// A name cannot leave its place in an address.
func FuzzPage(f *testing.F) {
	for _, name := range []string{"api", "/ecs/api", "../x", "a?b#c", "a b", "ä", "%2F", "$252F"} {
		f.Add(name)
	}
	p := In(arn.Place{Partition: "aws", Region: "eu-central-1"})
	f.Fuzz(func(t *testing.T, name string) {
		for _, address := range []string{p.TaskDefinition(name), p.Cluster(name), p.Tasks(name), p.Task(name, name), p.LogGroup(name), p.LogStream(name, name), p.Rule(name, name), p.Schedule(name, name), p.Role(name)} {
			u, err := url.Parse(address)
			if err != nil || !strings.HasSuffix(u.Host, ".aws.amazon.com") && u.Host != "console.aws.amazon.com" {
				t.Fatalf("%q: %v", address, err)
			}
			if strings.Count(address, "#") > 1 || strings.Count(address, "?") > 1 || strings.ContainsAny(address, " \n\"<>") {
				t.Errorf("%q", address)
			}
		}
	})
}
