package task

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

// Limits of ECS's network configuration.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
const (
	MaxSubnets        = 16
	MaxSecurityGroups = 5
)

// DefaultCluster is the cluster that ECS takes when none is named.
const DefaultCluster = "default"

// Network is where a task runs. ECS does not keep it in a task definition: the unit does,
// in tags.
type Network struct {
	Cluster          string // name or ARN
	SubnetIDs        []string
	SecurityGroupIDs []string
	AssignPublicIP   bool
}

var (
	subnetID        = regexp.MustCompile(`^subnet-[0-9a-f]{1,40}$`)
	securityGroupID = regexp.MustCompile(`^sg-[0-9a-f]{1,40}$`)
)

// CheckCluster checks a cluster's name or ARN.
func CheckCluster(cluster string) error {
	name, ok := cluster, true
	if a, err := arn.Parse(cluster); err == nil {
		name, ok = awsname.Cluster.NameIn(a)
		ok = ok && a.Place().Complete()
	}
	if ok && awsname.ECS.Matches(name) {
		return nil
	}
	return fmt.Errorf("a cluster is a name of %s, or the ARN of one; %s", awsname.ECS.Says, described(cluster, "an ECS cluster"))
}

// CheckSubnetID checks a subnet's id.
func CheckSubnetID(id string) error {
	if subnetID.MatchString(id) {
		return nil
	}
	return errors.New("a subnet's id looks like subnet-0123456789abcdef0; " + described(id))
}

// CheckSecurityGroupID checks a security group's id.
func CheckSecurityGroupID(id string) error {
	if securityGroupID.MatchString(id) {
		return nil
	}
	return errors.New("a security group's id looks like sg-0123456789abcdef0; " + described(id))
}

// ClusterARN is the ARN of a cluster that is given by name or ARN.
func ClusterARN(cluster string, place arn.Place) string {
	return awsname.Cluster.ARN(cluster, place)
}

// Tag keys of the unit. TagUnit marks a part as the unit's, TagAdopted a log group that
// the unit adopted and does not delete, TagKept one that a destroyed unit has kept, with the task's name.
const (
	TagPrefix           = "docker-task:"
	TagUnit             = TagPrefix + "unit"
	TagAdopted          = TagPrefix + "adopted"
	TagKept             = TagPrefix + "kept"
	tagCluster          = TagPrefix + "cluster"
	tagSubnets          = TagPrefix + "subnets"
	tagSecurityGroups   = TagPrefix + "security-groups"
	tagAssignPublicIP   = TagPrefix + "assign-public-ip"
	tagListSeparator    = " " // a comma is not allowed in the value of a tag
	tagContinuationForm = "%s-%d"
)

// Tags are the tags that hold the network. A list or an ARN that is too long for one goes on in a
// second, and so on: the name of a cluster alone has up to 255 characters.
func (n Network) Tags() map[string]string {
	tags := map[string]string{
		tagAssignPublicIP: strconv.FormatBool(n.AssignPublicIP),
	}
	putText(tags, tagCluster, n.Cluster)
	putList(tags, tagSubnets, n.SubnetIDs)
	putList(tags, tagSecurityGroups, n.SecurityGroupIDs)
	return tags
}

func putList(tags map[string]string, key string, list []string) {
	list = slices.Sorted(slices.Values(list))
	value, at := "", key
	for i, number := 0, 1; i < len(list); i++ {
		if next := strings.TrimPrefix(value+tagListSeparator+list[i], tagListSeparator); len(next) <= awsname.MaxTagValue {
			value = next
			continue
		}
		tags[at] = value
		number++
		value, at = list[i], fmt.Sprintf(tagContinuationForm, key, number)
	}
	tags[at] = value
}

// putText puts a text of ASCII characters into as many tags as it takes.
func putText(tags map[string]string, key, text string) {
	at := key
	for number := 2; len(text) > awsname.MaxTagValue; number++ {
		tags[at], text, at = text[:awsname.MaxTagValue], text[awsname.MaxTagValue:], fmt.Sprintf(tagContinuationForm, key, number)
	}
	tags[at] = text
}

// text reads back what putText has put.
func text(tags map[string]string, key string) (string, bool) {
	out, ok := tags[key]
	for number := 2; ok; number++ {
		more, goesOn := tags[fmt.Sprintf(tagContinuationForm, key, number)]
		if !goesOn {
			break
		}
		out += more
	}
	return out, ok
}

// TaggedNetwork is a network read back from tags. A value that the tags do not have, or have in
// a form that no unit writes, is nil: others can write tags, and the values go into policies.
type TaggedNetwork struct {
	Cluster          *string
	SubnetIDs        []string // nil: not in the tags; empty: none
	SecurityGroupIDs []string
	AssignPublicIP   *bool
	// Elsewhere is the ARN of a cluster of another partition, region or account than the task's, where
	// ECS cannot run it. It is not taken for the cluster.
	Elsewhere string
}

// NetworkOf reads the network of a task that is in the place back from the tags of a part.
func NetworkOf(tags map[string]string, place arn.Place) TaggedNetwork {
	var n TaggedNetwork
	if v, ok := text(tags, tagCluster); ok && CheckCluster(v) == nil {
		n.Cluster = &v
		if a, err := arn.Parse(v); err == nil {
			if theirs, _ := place.Elsewhere(a); theirs != "" {
				n.Cluster, n.Elsewhere = nil, v
			}
		}
	}
	if text := tags[tagAssignPublicIP]; text == "true" || text == "false" {
		v := text == "true"
		n.AssignPublicIP = &v
	}
	n.SubnetIDs = list(tags, tagSubnets, subnetID, MaxSubnets)
	n.SecurityGroupIDs = list(tags, tagSecurityGroups, securityGroupID, MaxSecurityGroups)
	return n
}

func list(tags map[string]string, key string, pattern *regexp.Regexp, most int) []string {
	value, ok := tags[key]
	if !ok {
		return nil
	}
	out := strings.Fields(value)
	for number := 2; ; number++ {
		more, ok := tags[fmt.Sprintf(tagContinuationForm, key, number)]
		if !ok {
			break
		}
		out = append(out, strings.Fields(more)...)
	}
	if len(out) > most || slices.ContainsFunc(out, func(s string) bool { return !pattern.MatchString(s) }) {
		return nil
	}
	return out
}
