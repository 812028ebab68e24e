package task

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Several parts carry the tags that tell where a task runs, and each service has a right of its own to
// write them. Who may tag a task definition or a log group (ecs:TagResource, logs:TagResource) is often
// not who may tag a role (iam:TagRole), so the tags of the unit's roles are taken before the others'.

// NetworkAttribute is an attribute that is read back from tags.
type NetworkAttribute string

// The attributes that are read back from tags.
const (
	AttributeCluster          NetworkAttribute = "cluster"
	AttributeSubnetIDs        NetworkAttribute = "subnet_ids"
	AttributeSecurityGroupIDs NetworkAttribute = "security_group_ids"
	AttributeAssignPublicIP   NetworkAttribute = "assign_public_ip"
)

// networkAttributes are all, each with its value as it is compared and shown, which is false where the
// tags do not tell it, and how it is taken over.
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

// NetworkTags are the tags of a part that may tell where a task runs.
type NetworkTags struct {
	// Part names the part, as in "role transcode-us-east-1-task".
	Part string
	// OfRole tells that it is a role of the unit's own.
	OfRole bool
	Tags   map[string]string
}

// NetworkTold is where a task runs as the tags of all its parts tell it.
type NetworkTold struct {
	TaggedNetwork
	// Overruled are attributes that the tags of another part than a role tell otherwise than the roles'.
	// The roles' value is taken.
	Overruled []NetworkDifference
	// Disputed are attributes for which no part counts more than those that tell another value. They have
	// no value.
	Disputed []NetworkDifference
	// Elsewhere are the parts whose tags name a cluster where the task cannot run.
	Elsewhere []NetworkDifference
}

// NetworkDifference says what parts tell of an attribute.
type NetworkDifference struct {
	Attribute NetworkAttribute
	// Text is what is told and by which parts, as in "cluster is a by the tags of role x, and b by the
	// tags of task definition y".
	Text string
}

// TellNetwork reads where a task that is in the place runs from the tags of its parts.
func TellNetwork(place arn.Place, parts []NetworkTags) NetworkTold {
	var told NetworkTold
	networks := make([]TaggedNetwork, len(parts))
	for i, p := range parts {
		networks[i] = NetworkOf(p.Tags, place)
		if other := networks[i].Elsewhere; other != "" {
			told.Elsewhere = append(told.Elsewhere, NetworkDifference{AttributeCluster, fmt.Sprintf("the tags of %s name cluster %s, where it cannot run", p.Part, other)})
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
			told.Disputed = append(told.Disputed, difference)
			continue
		case len(counts) == 0:
			continue
		case len(all) > 1:
			told.Overruled = append(told.Overruled, difference)
		}
		a.take(&told.TaggedNetwork, counts[0].network)
	}
	return told
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

// NetworkByTags reads where a task runs from the tags of its parts; rules are its names by the naming
// rules. A part that the task only uses, such as a role of another docker task, tells nothing of it.
func NetworkByTags(o Observed, rules Spec) NetworkTold {
	var parts []NetworkTags
	revisionID := ""
	if d := o.Definition; d != nil {
		revisionID = d.Tags[TagUnit]
		parts = append(parts, NetworkTags{Part: fmt.Sprintf("task definition %s:%d", rules.Name, d.Revision), Tags: d.Tags})
	}
	// The id of the revision does not decide where a part says itself whose it is: the right to tag the
	// one is not the right to tag the other.
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
	return TellNetwork(rules.Place, parts)
}
