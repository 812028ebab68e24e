package task

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Several parts have the tags with the network of a task, and each service has an action of its own to write
// them. Who may tag a task definition or a log group (ecs:TagResource, logs:TagResource) often may not tag a
// role (iam:TagRole), so the tags of the unit's roles take precedence.

// NetworkAttribute is an attribute that is read back from tags.
type NetworkAttribute string

// The attributes that are read back from tags.
const (
	AttributeCluster          NetworkAttribute = "cluster"
	AttributeSubnetIDs        NetworkAttribute = "subnet_ids"
	AttributeSecurityGroupIDs NetworkAttribute = "security_group_ids"
	AttributeAssignPublicIP   NetworkAttribute = "assign_public_ip"
)

// networkAttributes are all of them, each with its value as it is compared and shown, which is false if the
// tags do not have it, and how it is copied.
var networkAttributes = []struct {
	name NetworkAttribute
	text func(n TaggedNetwork, place arn.Place) (string, bool)
	take func(to *TaggedNetwork, from TaggedNetwork)
}{
	{
		AttributeCluster,
		func(n TaggedNetwork, place arn.Place) (string, bool) {
			if n.Cluster == nil {
				return "", false
			}
			return cmp.Or(localCluster(*n.Cluster, place), *n.Cluster), true
		},
		func(to *TaggedNetwork, from TaggedNetwork) { to.Cluster = from.Cluster },
	},
	{
		AttributeSubnetIDs,
		func(n TaggedNetwork, _ arn.Place) (string, bool) { return idList(n.SubnetIDs) },
		func(to *TaggedNetwork, from TaggedNetwork) { to.SubnetIDs = from.SubnetIDs },
	},
	{
		AttributeSecurityGroupIDs,
		func(n TaggedNetwork, _ arn.Place) (string, bool) { return idList(n.SecurityGroupIDs) },
		func(to *TaggedNetwork, from TaggedNetwork) { to.SecurityGroupIDs = from.SecurityGroupIDs },
	},
	{
		AttributeAssignPublicIP,
		func(n TaggedNetwork, _ arn.Place) (string, bool) {
			if n.AssignPublicIP == nil {
				return "", false
			}
			return strconv.FormatBool(*n.AssignPublicIP), true
		},
		func(to *TaggedNetwork, from TaggedNetwork) { to.AssignPublicIP = from.AssignPublicIP },
	},
}

// localCluster is the name of a cluster of the place, which may be given by its ARN too.
func localCluster(cluster string, place arn.Place) string {
	name, _ := place.NameIn(cluster)
	return name
}

func idList(ids []string) (string, bool) {
	if len(ids) == 0 {
		return "none", ids != nil
	}
	return strings.Join(slices.Sorted(slices.Values(ids)), ", "), true
}

// NetworkTags are the tags of a part, which may have the network of a task.
type NetworkTags struct {
	// Part names the part, as in "role transcode-us-east-1-task".
	Part string
	// OfRole reports whether it is a role of the unit's own.
	OfRole bool
	Tags   map[string]string
}

// MergedNetwork is the network of a task as the tags of all its parts have it.
type MergedNetwork struct {
	TaggedNetwork
	// Overruled are attributes with one value in the tags of a role and another in those of another part. The
	// value of the role is taken.
	Overruled []NetworkDifference
	// Disputed are attributes with different values in the tags of parts of the same precedence. They have no
	// value.
	Disputed []NetworkDifference
	// Elsewhere are the parts whose tags name a cluster where the task cannot run.
	Elsewhere []NetworkDifference
}

// NetworkDifference describes the values of an attribute in the tags of parts.
type NetworkDifference struct {
	Attribute NetworkAttribute
	// Text has the values and the parts, as in "cluster is a by the tags of role x, and b by the
	// tags of task definition y".
	Text string
}

// MergeNetworks merges the networks in the tags of the parts of a task that is in the place.
func MergeNetworks(place arn.Place, parts []NetworkTags) MergedNetwork {
	var merged MergedNetwork
	networks := make([]TaggedNetwork, len(parts))
	for i, p := range parts {
		networks[i] = NetworkOf(p.Tags, place)
		if other := networks[i].Elsewhere; other != "" {
			merged.Elsewhere = append(merged.Elsewhere, NetworkDifference{AttributeCluster, fmt.Sprintf("the tags of %s name cluster %s, where it cannot run", p.Part, other)})
		}
	}
	for _, a := range networkAttributes {
		var roles, all values
		for i, p := range parts {
			text, is := a.text(networks[i], place)
			if !is {
				continue
			}
			all = all.with(text, p.Part, networks[i])
			if p.OfRole {
				roles = roles.with(text, p.Part, networks[i])
			}
		}
		counts := roles
		if len(counts) == 0 {
			counts = all
		}
		switch difference := (NetworkDifference{a.name, fmt.Sprintf("%s is %s", a.name, all)}); {
		case len(counts) > 1:
			merged.Disputed = append(merged.Disputed, difference)
			continue
		case len(counts) == 0:
			continue
		case len(all) > 1:
			merged.Overruled = append(merged.Overruled, difference)
		}
		a.take(&merged.TaggedNetwork, counts[0].network)
	}
	return merged
}

// values are what parts tell of an attribute, in the order of the parts.
type values []struct {
	text    string
	parts   []string
	network TaggedNetwork
}

func (v values) with(text, part string, n TaggedNetwork) values {
	for i := range v {
		if v[i].text == text {
			v[i].parts = append(v[i].parts, part)
			return v
		}
	}
	return append(v, struct {
		text    string
		parts   []string
		network TaggedNetwork
	}{text, []string{part}, n})
}

// String is "a by the tags of x and y, and b by those of z".
func (v values) String() string {
	words := make([]string, len(v))
	by := "by the tags of"
	for i, value := range v {
		words[i] = fmt.Sprintf("%s %s %s", value.text, by, strings.Join(value.parts, " and "))
		by = "by those of"
	}
	return strings.Join(words, ", and ")
}

// NetworkByTags reads the network of a task from the tags of its parts; rules has its names by the naming
// rules. The tags of a part that the task only uses, such as a role of another docker task, do not count.
func NetworkByTags(o Observed, rules Spec) MergedNetwork {
	var parts []NetworkTags
	revisionID := ""
	if d := o.Definition; d != nil {
		revisionID = d.Tags[TagUnit]
		parts = append(parts, NetworkTags{Part: fmt.Sprintf("task definition %s:%d", rules.Name, d.Revision), Tags: d.Tags})
	}
	// The id of the revision does not decide about a part that has an id itself: the permission to tag the
	// one is not the permission to tag the other.
	of := Owner{Kind: TaskUnit, Region: rules.Place.Region, Name: rules.Name}
	own := func(tags map[string]string, byRules bool) bool {
		id := tags[TagUnit]
		if of.Is(id) || DescribeOwner(id) != "" {
			return of.Is(id)
		}
		return byRules || id != "" && (revisionID == "" || revisionID == id)
	}
	for _, kind := range RoleKinds {
		if r := o.Roles[kind]; r != nil && own(r.Tags, r.Name == rules.RoleName(kind)) {
			parts = append(parts, NetworkTags{Part: "role " + r.Name, OfRole: true, Tags: r.Tags})
		}
	}
	if g := o.LogGroup; g != nil && own(g.Tags, g.Name == rules.LogGroupName()) {
		parts = append(parts, NetworkTags{Part: "log group " + g.Name, Tags: g.Tags})
	}
	return MergeNetworks(rules.Place, parts)
}
