// Package console knows the addresses of pages of the AWS console. It is pure. AWS documents the hosts
// (https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/getting-started.html,
// https://docs.amazonaws.cn/en_us/aws/latest/userguide/introduction.html,
// https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/getting-started-sign-in.html); the paths are those that the
// console itself shows.
package console

import (
	"net/url"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// hosts are those of the console, by partition. A partition without one has no addresses.
var hosts = map[string]string{
	"aws":        "console.aws.amazon.com",
	"aws-cn":     "console.amazonaws.cn",
	"aws-us-gov": "console.amazonaws-us-gov.com",
}

// Page is a page in one place. Its methods are "" where the partition has no console, or the region is not known.
type Page struct{ arn.Place }

// In are the pages of a place.
func In(p arn.Place) Page { return Page{p} }

// regional is a page of a service: path below the host of the region, and fragment as it is to be sent.
func (p Page) regional(path, fragment string) string {
	host := hosts[p.Partition]
	if host == "" || p.Region == "" {
		return ""
	}
	address := "https://" + p.Region + "." + host + "/" + path + "?region=" + p.Region
	if fragment != "" {
		address += "#" + fragment
	}
	return address
}

// TaskDefinition is that of a family, with its revisions.
func (p Page) TaskDefinition(family string) string {
	return p.regional("ecs/v2/task-definitions/"+url.PathEscape(family), "")
}

// Cluster is a cluster, with what runs in it.
func (p Page) Cluster(name string) string {
	return p.regional("ecs/v2/clusters/"+url.PathEscape(name), "")
}

// Tasks are the tasks of a cluster, by its name.
func (p Page) Tasks(cluster string) string {
	return p.regional("ecs/v2/clusters/"+url.PathEscape(cluster)+"/tasks", "")
}

// Task is a task of a cluster, by its id.
func (p Page) Task(cluster, id string) string {
	return p.regional("ecs/v2/clusters/"+url.PathEscape(cluster)+"/tasks/"+url.PathEscape(id), "")
}

// LogGroup has the streams of a log group.
func (p Page) LogGroup(name string) string {
	return p.regional("cloudwatch/home", "logsV2:log-groups/log-group/"+inFragment(name))
}

// LogStream has the lines of a log stream.
func (p Page) LogStream(group, stream string) string {
	return p.regional("cloudwatch/home", "logsV2:log-groups/log-group/"+inFragment(group)+"/log-events/"+inFragment(stream))
}

// Rule is a rule of an event bus of EventBridge.
func (p Page) Rule(bus, name string) string {
	return p.regional("events/home", "/eventbus/"+url.PathEscape(bus)+"/rules/"+url.PathEscape(name))
}

// Schedule is a schedule of EventBridge Scheduler.
func (p Page) Schedule(group, name string) string {
	return p.regional("scheduler/home", "schedules/"+url.PathEscape(group)+"/"+url.PathEscape(name))
}

// Role is a role of IAM, which has no region.
func (p Page) Role(name string) string {
	host := hosts[p.Partition]
	if host == "" {
		return ""
	}
	return "https://" + host + "/iam/home#/roles/details/" + url.PathEscape(name)
}

// inFragment encodes a name as CloudWatch's page does in its fragment: twice, with $ for the % of the second time.
func inFragment(name string) string {
	return strings.ReplaceAll(url.QueryEscape(url.QueryEscape(name)), "%", "$")
}
