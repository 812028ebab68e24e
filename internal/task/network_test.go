package task

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

func TestNetwork_Tags(t *testing.T) {
	for name, test := range map[string]struct {
		network Network
		want    map[string]string
	}{
		"all": {
			Network{Cluster: "media", SubnetIDs: []string{"subnet-b", "subnet-a"}, SecurityGroupIDs: []string{"sg-1"}, AssignPublicIP: true},
			map[string]string{
				"docker-task:cluster":          "media",
				"docker-task:subnets":          "subnet-a subnet-b",
				"docker-task:security-groups":  "sg-1",
				"docker-task:assign-public-ip": "true",
			},
		},
		"none": {
			Network{Cluster: "arn:aws:ecs:us-east-1:123456789012:cluster/media"},
			map[string]string{
				"docker-task:cluster":          "arn:aws:ecs:us-east-1:123456789012:cluster/media",
				"docker-task:subnets":          "",
				"docker-task:security-groups":  "",
				"docker-task:assign-public-ip": "false",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.network.Tags()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Every cluster that is taken fits into tags and is read back from them, however long its ARN is.
func TestNetwork_Tags_longCluster(t *testing.T) {
	for n, tags := range map[int]int{1: 1, 213: 1, 214: 2, 255: 2} {
		cluster := arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}.Regional("ecs", "cluster/"+strings.Repeat("c", n))
		for name, cluster := range map[string]string{"ARN": cluster, "name": strings.Repeat("c", n)} {
			tags := tags
			if err := CheckCluster(cluster); err != nil {
				t.Fatalf("%s of %d: %s", name, n, err)
			}
			written := Network{Cluster: cluster}.Tags()
			count := 0
			for key, value := range written {
				if len(value) > 256 {
					t.Errorf("%s of %d: %s has %d characters", name, n, key, len(value))
				}
				if strings.HasPrefix(key, "docker-task:cluster") {
					count++
				}
			}
			if name == "name" {
				tags = 1
			}
			if count != tags {
				t.Errorf("%s of %d: %d tags, want %d", name, n, count, tags)
			}
			if read := NetworkOf(written, arn.Place{}).Cluster; read == nil || *read != cluster {
				t.Errorf("%s of %d: read back %v", name, n, read)
			}
		}
	}
}

// subnets are as many ids of the length that AWS gives them.
func subnets(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("subnet-%017x", i))
	}
	return out
}

// The value of a tag has 256 characters: ten ids of subnets with their blanks have 249.
func TestNetwork_Tags_longList(t *testing.T) {
	for n, tags := range map[int]int{1: 1, 10: 1, 11: 2, 16: 2} {
		written := Network{Cluster: "c", SubnetIDs: subnets(n)}.Tags()
		got := 0
		for key, value := range written {
			if len(value) > awsname.MaxTagValue {
				t.Errorf("%s has %d characters", key, len(value))
			}
			if err := CheckTag(strings.TrimPrefix(key, TagPrefix), value); err != nil {
				t.Error(err)
			}
			if strings.HasPrefix(key, tagSubnets) {
				got++
			}
		}
		if got != tags {
			t.Errorf("%d subnets are in %d tags, want %d", n, got, tags)
		}
		if diff := cmp.Diff(subnets(n), NetworkOf(written, arn.Place{}).SubnetIDs); diff != "" {
			t.Errorf("%d subnets, -want +got:\n%s", n, diff)
		}
	}
}

// A value of 256 characters is whole, one of 257 goes on in a second tag.
func TestNetwork_Tags_fullValue(t *testing.T) {
	for last, tags := range map[int]int{9: 1, 10: 2} {
		ids := []string{"subnet-f" + strings.Repeat("0", last-1)}
		for i := range 5 {
			ids = append(ids, fmt.Sprintf("subnet-%040x", i))
		}
		slices.Sort(ids)
		written := Network{Cluster: "c", SubnetIDs: ids}.Tags()
		if length := len(strings.Join(ids, " ")); length != 247+last {
			t.Fatalf("the list has %d characters", length)
		}
		if _, second := written[tagSubnets+"-2"]; second != (tags == 2) {
			t.Errorf("a list of %d characters: a second tag is %t", 247+last, second)
		}
		if diff := cmp.Diff(ids, NetworkOf(written, arn.Place{}).SubnetIDs); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestNetworkOf_roundTrip(t *testing.T) {
	hex := `[0-9a-f]{1,40}`
	rapid.Check(t, func(t *rapid.T) {
		ids := func(prefix string, most int) []string {
			return rapid.SliceOfNDistinct(rapid.StringMatching(prefix+hex), 0, most, rapid.ID[string]).Draw(t, prefix)
		}
		given := Network{
			Cluster: rapid.OneOf(
				rapid.StringMatching(`[A-Za-z0-9_-]{1,255}`),
				rapid.StringMatching(`arn:aws(-cn)?:ecs:us-east-1:[0-9]{12}:cluster/[A-Za-z0-9_-]{1,100}`),
			).Draw(t, "cluster"),
			SubnetIDs:        ids("subnet-", MaxSubnets),
			SecurityGroupIDs: ids("sg-", MaxSecurityGroups),
			AssignPublicIP:   rapid.Bool().Draw(t, "assign public ip"),
		}
		tags := given.Tags()
		for key, value := range tags {
			if len(value) > awsname.MaxTagValue || !strings.HasPrefix(key, TagPrefix) {
				t.Fatalf("tag %s has %d characters", key, len(value))
			}
		}
		sorted := func(ids []string) []string { return append([]string{}, slices.Sorted(slices.Values(ids))...) }
		want := TaggedNetwork{
			Cluster:          &given.Cluster,
			SubnetIDs:        sorted(given.SubnetIDs),
			SecurityGroupIDs: sorted(given.SecurityGroupIDs),
			AssignPublicIP:   &given.AssignPublicIP,
		}
		if diff := cmp.Diff(want, NetworkOf(tags, arn.Place{})); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
		// The order in which the user has them says nothing.
		slices.Reverse(given.SubnetIDs)
		slices.Reverse(given.SecurityGroupIDs)
		if !maps.Equal(tags, given.Tags()) {
			t.Fatalf("the order of ids shows:\n%s", cmp.Diff(tags, given.Tags()))
		}
	})
}

// Others can write tags, and their values go into policies: each of these values is ignored, and the
// others are still read.
func TestNetworkOf_hostile(t *testing.T) {
	good := Network{Cluster: "media", SubnetIDs: subnets(2), SecurityGroupIDs: []string{"sg-1"}, AssignPublicIP: true}
	for key, values := range map[string][]string{
		tagCluster: {
			"", "*", "media*", "media/*", "me?ia", "media,other", `media","*`, "media\n", " media", "${aws:username}", strings.Repeat("m", 256),
			"arn:aws:ecs:*:123456789012:cluster/media", "arn:aws:ecs:us-east-1:*:cluster/media", "arn:aws:ecs:us-east-1:123456789012:cluster/*",
			"arn:aws:ecs:us-east-1:123456789012:cluster/media/*", "arn:*:ecs:us-east-1:123456789012:cluster/media",
			"arn:aws:iam:us-east-1:123456789012:cluster/media", "arn:aws:ecs:us-east-1:123456789012:task/media",
			"arn:aws:ecs:::cluster/media", `arn:aws:ecs:us-east-1:1"2:cluster/media`,
		},
		tagSubnets: {
			"*", "subnet-*", "subnet-", "subnet-1,subnet-2", `subnet-1"`, "subnet-1 *", "sg-1", "subnet-XYZ", "subnet-" + strings.Repeat("0", 41),
			strings.Join(subnets(17), " "),
		},
		tagSecurityGroups: {"*", "sg-*", "sg-1,sg-2", `"sg-1"`, "subnet-1", "sg-1 sg-2 sg-3 sg-4 sg-5 sg-6"},
		tagAssignPublicIP: {"", "1", "t", "TRUE", "True", "yes", "true ", "*"},
	} {
		for _, value := range values {
			tags := good.Tags()
			tags[key] = value
			want := NetworkOf(good.Tags(), arn.Place{})
			switch key {
			case tagCluster:
				want.Cluster = nil
			case tagSubnets:
				want.SubnetIDs = nil
			case tagSecurityGroups:
				want.SecurityGroupIDs = nil
			case tagAssignPublicIP:
				want.AssignPublicIP = nil
			}
			if diff := cmp.Diff(want, NetworkOf(tags, arn.Place{})); diff != "" {
				t.Errorf("%s = %q, -want +got:\n%s", key, value, diff)
			}
		}
	}
}

func TestNetworkOf_noTags(t *testing.T) {
	for name, tags := range map[string]map[string]string{
		"no tags":                           nil,
		"other tags":                        {"team": "media", "cluster": "media"},
		"a second tag without the first":    {tagSubnets + "-2": "subnet-1"},
		"a hostile second tag":              {tagSubnets: "subnet-1", tagSubnets + "-2": "*"},
		"more subnets than a task can have": {tagSubnets: strings.Join(subnets(10), " "), tagSubnets + "-2": strings.Join(subnets(10), " ")},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(TaggedNetwork{}, NetworkOf(tags, arn.Place{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	// An empty tag says that there are none; a missing tag says nothing.
	if got := NetworkOf(map[string]string{tagSubnets: ""}, arn.Place{}).SubnetIDs; got == nil || len(got) != 0 {
		t.Errorf("an empty tag is %#v", got)
	}
}

func FuzzNetworkOf(f *testing.F) {
	f.Add("media", "subnet-1 subnet-2", "subnet-3", "sg-1", "true")
	f.Add("*", "subnet-*", "", "sg-1,sg-2", "1")
	f.Add("arn:aws:ecs:*:*:cluster/x", "", "", "", "")
	f.Fuzz(func(t *testing.T, cluster, ids, more, groups, public string) {
		n := NetworkOf(map[string]string{
			tagCluster: cluster, tagSubnets: ids, tagSubnets + "-2": more, tagSecurityGroups: groups, tagAssignPublicIP: public,
		}, arn.Place{})
		said := append(slices.Clone(n.SubnetIDs), n.SecurityGroupIDs...)
		if n.Cluster != nil {
			said = append(said, *n.Cluster)
		}
		if text := strings.Join(said, ""); strings.ContainsAny(text, "*?\"', ${}") {
			t.Errorf("read back: %q", said)
		}
		if len(n.SubnetIDs) > MaxSubnets || len(n.SecurityGroupIDs) > MaxSecurityGroups {
			t.Errorf("%d subnets and %d security groups", len(n.SubnetIDs), len(n.SecurityGroupIDs))
		}
	})
}

func TestClusterARN(t *testing.T) {
	for _, test := range []struct {
		cluster string
		place   arn.Place
		want    string
	}{
		{"media", virginia, "arn:aws:ecs:us-east-1:123456789012:cluster/media"},
		{"media", beijing, "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/media"},
		{"arn:aws:ecs:eu-west-1:210987654321:cluster/media", virginia, "arn:aws:ecs:eu-west-1:210987654321:cluster/media"},
	} {
		if got := ClusterARN(test.cluster, test.place); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
		if wrong := errors.Join(CheckCluster(test.cluster), CheckCluster(test.want)); wrong != nil {
			t.Error(wrong)
		}
	}
}

func TestCheckNetwork(t *testing.T) {
	checks(t, CheckCluster, map[string]string{
		"default": "",
		"":        `a cluster is a name of 1 to 255 letters, digits, hyphens and underscores, or the ARN of one; this one is ""`,
		"a b":     `a cluster is a name of 1 to 255 letters, digits, hyphens and underscores, or the ARN of one; this one is "a b"`,
	})
	checks(t, CheckSubnetID, map[string]string{
		"subnet-0123456789abcdef0": "",
		"subnet-01234567":          "",
		"sg-1":                     `a subnet's id looks like subnet-0123456789abcdef0; this one is "sg-1"`,
	})
	checks(t, CheckSecurityGroupID, map[string]string{
		"sg-0123456789abcdef0": "",
		"sg-":                  `a security group's id looks like sg-0123456789abcdef0; this one is "sg-"`,
	})
}
