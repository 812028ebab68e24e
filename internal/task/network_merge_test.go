package task

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// The permission to tag one kind of part is not enough to move a task: the tags of roles take precedence, and
// a value that parts of the same precedence contradict is not used.
func TestMergeNetworks(t *testing.T) {
	t.Parallel()
	place := arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}
	ours := Network{Cluster: "batch", SubnetIDs: []string{"subnet-0a", "subnet-0b"}, SecurityGroupIDs: []string{"sg-0a"}, AssignPublicIP: true}
	theirs := Network{Cluster: "mallory", SubnetIDs: []string{"subnet-0bad0bad"}, SecurityGroupIDs: []string{"sg-0bad0bad"}}
	at := func(n Network, cluster string) Network {
		n.Cluster = cluster
		return n
	}
	const revision, execution, worker, group = "task definition t:1", "role e", "role w", "log group g"
	said := func(part string, n Network) NetworkTags {
		return NetworkTags{Part: part, OfRole: strings.HasPrefix(part, "role "), Tags: n.Tags()}
	}
	without := func(part string) NetworkTags {
		return NetworkTags{Part: part, OfRole: strings.HasPrefix(part, "role "), Tags: map[string]string{"team": "video"}}
	}
	all := []string{"cluster", "subnet_ids", "security_group_ids", "assign_public_ip"}
	for name, test := range map[string]struct {
		parts                          []NetworkTags
		want                           Network // of the merged network
		overruled, disputed, elsewhere []string
		says                           []string
	}{
		"all say the same":       {parts: []NetworkTags{said(revision, ours), said(execution, ours), said(worker, ours), said(group, ours)}, want: ours},
		"the revision alone":     {parts: []NetworkTags{said(revision, ours)}, want: ours},
		"a pipeline's revision":  {parts: []NetworkTags{without(revision), said(execution, ours), said(worker, ours)}, want: ours},
		"ecs:TagResource":        {parts: []NetworkTags{said(revision, theirs), said(execution, ours), said(worker, ours), said(group, ours)}, want: ours, overruled: all, says: []string{"cluster is mallory by the tags of task definition t:1, and batch by those of role e and role w and log group g"}},
		"logs:TagResource":       {parts: []NetworkTags{said(revision, ours), said(worker, ours), said(group, theirs)}, want: ours, overruled: all},
		"both of them":           {parts: []NetworkTags{said(revision, theirs), said(worker, ours), said(group, theirs)}, want: ours, overruled: all},
		"half an update":         {parts: []NetworkTags{said(revision, ours), said(execution, theirs), said(worker, theirs)}, want: theirs, overruled: all},
		"half an update of two":  {parts: []NetworkTags{said(revision, ours), said(execution, theirs), said(worker, ours)}, disputed: all, says: []string{"cluster is batch by the tags of task definition t:1 and role w, and mallory by those of role e"}},
		"roles by ARN":           {parts: []NetworkTags{said(revision, theirs), said(group, ours)}, disputed: all},
		"one attribute":          {parts: []NetworkTags{said(revision, at(ours, "mallory")), said(worker, ours)}, want: ours, overruled: []string{"cluster"}},
		"the same in other form": {parts: []NetworkTags{said(revision, at(ours, "arn:aws:ecs:us-east-1:123456789012:cluster/batch")), said(worker, ours)}, want: ours},
		"another account":        {parts: []NetworkTags{said(revision, at(ours, "arn:aws:ecs:us-east-1:999999999999:cluster/batch")), said(worker, ours)}, want: ours, elsewhere: []string{"999999999999", revision}},
		"another region":         {parts: []NetworkTags{said(revision, at(ours, "arn:aws:ecs:eu-west-1:123456789012:cluster/batch")), said(worker, ours)}, want: ours, elsewhere: []string{"eu-west-1", revision}},
		"another partition":      {parts: []NetworkTags{said(revision, at(ours, "arn:aws-cn:ecs:us-east-1:123456789012:cluster/batch")), said(worker, ours)}, want: ours, elsewhere: []string{"aws-cn", revision}},
		"iam:TagRole, elsewhere": {parts: []NetworkTags{said(worker, at(ours, "arn:aws:ecs:us-east-1:999999999999:cluster/batch"))}, want: at(ours, ""), elsewhere: []string{"999999999999", worker}},
		"nothing":                {parts: []NetworkTags{without(revision), without(worker)}, disputed: nil, want: Network{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := MergeNetworks(place, test.parts)
			want := TaggedNetwork{}
			if len(test.want.SubnetIDs) > 0 {
				want = NetworkOf(test.want.Tags(), place)
				if test.want.Cluster == "" {
					want.Cluster = nil
				}
			}
			if diff := cmp.Diff(want, got.TaggedNetwork); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, c := range []struct {
				what string
				want []string
				got  []NetworkDifference
			}{{"overruled", test.overruled, got.Overruled}, {"disputed", test.disputed, got.Disputed}} {
				var names []string
				for _, d := range c.got {
					names = append(names, string(d.Attribute))
				}
				if !slices.Equal(names, c.want) {
					t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
				}
			}
			if len(got.Elsewhere) > 1 || (len(got.Elsewhere) == 1) != (len(test.elsewhere) > 0) {
				t.Fatalf("elsewhere: %v", got.Elsewhere)
			}
			var texts []string
			for _, d := range slices.Concat(got.Overruled, got.Disputed, got.Elsewhere) {
				texts = append(texts, d.Text)
			}
			for _, word := range slices.Concat(test.elsewhere, test.says) {
				if !strings.Contains(strings.Join(texts, "\n"), word) {
					t.Errorf("says %q, without %q", texts, word)
				}
			}
		})
	}
}
