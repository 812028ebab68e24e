package task

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

func unitOf(t *testing.T, s Spec) Unit {
	t.Helper()
	u, err := s.Unit()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestSpec_Unit(t *testing.T) {
	const theirs = `{"Version":"2012-10-17","Statement":[]}`
	spec := specIn(virginia, func(s *Spec) {
		s.Tags = map[string]string{"team": "media"}
		s.PermissionsBoundary = "arn:aws:iam::123456789012:policy/boundary"
		s.KeepRevisions = 3
		s.TaskRole.Path, s.TaskRole.Description, s.TaskRole.MaxSessionDuration = "/tasks/", "what it may do", 7200
		s.TaskRole.ManagedPolicyARNs = []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}
		s.TaskRole.Policies = map[string]string{"own": theirs}
		s.Network.SubnetIDs = []string{"subnet-1"}
	})
	u := unitOf(t, spec)
	want := map[RoleKind]Role{
		ExecutionRole: {
			Name: "transcode-us-east-1-execution", ARN: "arn:aws:iam::123456789012:role/transcode-us-east-1-execution",
			Path: "/", MaxSessionDuration: 3600, PermissionsBoundary: spec.PermissionsBoundary,
			TrustPolicy: spec.TrustPolicy(ExecutionRole).JSON(),
			Policies:    map[string]string{InlinePolicyName: spec.RolePolicy(ExecutionRole).JSON()},
		},
		TaskRole: {
			Name: "transcode-us-east-1-task", ARN: "arn:aws:iam::123456789012:role/tasks/transcode-us-east-1-task",
			Path: "/tasks/", Description: "what it may do", MaxSessionDuration: 7200, PermissionsBoundary: spec.PermissionsBoundary,
			TrustPolicy:       spec.TrustPolicy(TaskRole).JSON(),
			ManagedPolicyARNs: spec.TaskRole.ManagedPolicyARNs,
			Policies:          map[string]string{"own": theirs}, // none of the unit's: it would be empty
		},
	}
	if diff := cmp.Diff(want, u.Roles); diff != "" {
		t.Errorf("roles, -want +got:\n%s", diff)
	}
	wantTags := spec.Network.Tags()
	wantTags["team"] = "media"
	if diff := cmp.Diff(wantTags, u.Tags); diff != "" {
		t.Errorf("tags, -want +got:\n%s", diff)
	}
	if len(spec.Tags) != 1 || len(spec.TaskRole.Policies) != 1 {
		t.Error("the spec is changed")
	}
	if u.KeepRevisions != 3 || u.LogGroupARN != "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/transcode" {
		t.Errorf("%+v", u)
	}
	for _, kind := range RoleKinds {
		if got := u.RoleARN(kind); got != want[kind].ARN {
			t.Errorf("%s role is %s, want %s", kind, got, want[kind].ARN)
		}
	}
}

// Parts that are given by ARN are used and not managed.
func TestSpec_Unit_given(t *testing.T) {
	u := unitOf(t, specIn(virginia, func(s *Spec) {
		s.ExecutionRole.ARN = "arn:aws:iam::123456789012:role/execution"
		s.TaskRole.ARN = "arn:aws:iam::123456789012:role/app"
		s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared"
	}))
	if len(u.Roles) != 0 || u.LogGroup.Managed() {
		t.Errorf("managed are %+v, %+v", u.Roles, u.LogGroup)
	}
	if u.RoleARN(ExecutionRole) != "arn:aws:iam::123456789012:role/execution" || u.RoleARN(TaskRole) != "arn:aws:iam::123456789012:role/app" {
		t.Errorf("roles are %s, %s", u.RoleARN(ExecutionRole), u.RoleARN(TaskRole))
	}
	if diff := cmp.Diff(Refs{Family: "transcode", Roles: map[RoleKind]RoleRef{}}, u.Refs()); diff != "" {
		t.Errorf("refs, -want +got:\n%s", diff)
	}
}

func TestSpec_Unit_withoutAccount(t *testing.T) {
	u := unitOf(t, specIn(arn.Place{Partition: "aws", Region: "us-east-1"}))
	if u.LogGroupARN != "" {
		t.Errorf("the log group of no account is %s", u.LogGroupARN)
	}
}

func TestUnit_Refs(t *testing.T) {
	u := unitOf(t, specIn(virginia, func(s *Spec) {
		s.TaskRole.Policies = map[string]string{"z": "{}", "a": "{}"}
		s.TaskRole.ManagedPolicyARNs = []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}
	}))
	want := Refs{
		Family: "transcode",
		Roles: map[RoleKind]RoleRef{
			ExecutionRole: {Name: "transcode-us-east-1-execution", Policies: []string{InlinePolicyName}},
			TaskRole:      {Name: "transcode-us-east-1-task", Policies: []string{"a", "z"}, Attached: true},
		},
		LogGroup:    "/ecs/transcode",
		LogGroupARN: "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/transcode",
	}
	if diff := cmp.Diff(want, u.Refs()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestObserved_Lacks(t *testing.T) {
	t.Parallel()
	refs := Refs{Roles: map[RoleKind]RoleRef{TaskRole: {Name: "r", Policies: []string{"p"}}}, LogGroup: "g"}
	const old, newer = 1, 2
	whole := func() Observed {
		return Observed{
			Definition: &ObservedDefinition{Created: old},
			Roles:      map[RoleKind]*ObservedRole{TaskRole: {Policies: map[string]string{"p": "{}"}, Created: newer}},
			LogGroup:   &ObservedLogGroup{Tags: map[string]string{}, Created: old},
		}
	}
	if o := whole(); o.Lacks(refs) || o.Created() != newer || (Observed{}).Created() != 0 {
		t.Errorf("what is whole lacks something, or was made at %d", o.Created())
	}
	for name, lose := range map[string]func(*Observed){
		"definition": func(o *Observed) { o.Definition = nil },
		"role":       func(o *Observed) { o.Roles[TaskRole] = nil },
		"policy":     func(o *Observed) { o.Roles[TaskRole].Policies = nil },
		"log group":  func(o *Observed) { o.LogGroup = nil },
		"tags":       func(o *Observed) { o.LogGroup.Tags = nil },
	} {
		o := whole()
		if lose(&o); !o.Lacks(refs) {
			t.Errorf("%s: nothing is missing", name)
		}
	}
	if o := whole(); (Observed{Definition: o.Definition}).Lacks(Refs{}) {
		t.Error("parts that are given by ARN are missing")
	}
	needsNone := RoleRef{Name: "r"}
	if o := whole(); o.Lacks(Refs{Roles: map[RoleKind]RoleRef{TaskRole: needsNone}}) || !slices.Equal(needsNone.LookedAt(), []string{InlinePolicyName}) {
		t.Errorf("a policy that the role does not need is missing, or not looked at: %v", needsNone.LookedAt())
	}
}

func TestObserved_UnitID(t *testing.T) {
	shop := Owner{TaskUnit, "us-east-1", "shop"}
	tagged := func(id string) map[string]string {
		if id == "" {
			return map[string]string{"team": "media"}
		}
		return map[string]string{TagUnit: shop.ID(id)}
	}
	for _, test := range []struct {
		definition, execution, task, logGroup string // ids; "-" for a part that is missing
		want                                  string
	}{
		{"d", "e", "t", "l", "d"},
		{"", "e", "t", "l", "e"}, // a pipeline registers without tags
		{"-", "e", "t", "l", "e"},
		{"", "", "t", "l", "t"},
		{"-", "-", "t", "l", "t"},
		{"", "", "", "l", "l"},
		{"-", "-", "-", "l", "l"},
		{"", "", "", "", ""},
		{"-", "-", "-", "-", ""},
	} {
		o := Observed{Roles: map[RoleKind]*ObservedRole{}}
		if test.definition != "-" {
			o.Definition = &ObservedDefinition{Tags: tagged(test.definition)}
		}
		for kind, id := range map[RoleKind]string{ExecutionRole: test.execution, TaskRole: test.task} {
			o.Roles[kind] = nil
			if id != "-" {
				o.Roles[kind] = &ObservedRole{Tags: tagged(id)}
			}
		}
		if test.logGroup != "-" {
			o.LogGroup = &ObservedLogGroup{Tags: tagged(test.logGroup)}
		}
		want := ""
		if test.want != "" {
			want = shop.ID(test.want)
		}
		if got := o.UnitID(shop); got != want {
			t.Errorf("%+v: %q", test, got)
		}
		if got := o.UnitID(Owner{TaskUnit, "us-east-1", "base"}); got != "" {
			t.Errorf("%+v: another unit has %q from it", test, got)
		}
		nothing := test.definition == "-" && test.execution == "-" && test.task == "-" && test.logGroup == "-"
		if o.Nothing() != nothing {
			t.Errorf("%+v: Nothing is %t", test, o.Nothing())
		}
	}
	if !(Observed{}).Nothing() {
		t.Error("nothing observed is something")
	}
}

func TestForeign(t *testing.T) {
	for _, test := range []struct {
		tags map[string]string
		unit string
		want bool
	}{
		{nil, "u", false},
		{map[string]string{"team": "media"}, "u", false},
		{map[string]string{TagUnit: ""}, "u", false},
		{map[string]string{TagUnit: "u"}, "u", false},
		{map[string]string{TagUnit: "other"}, "u", true},
		{map[string]string{TagUnit: "other"}, "", true},
		{nil, "", false},
	} {
		if got := Foreign(test.tags, test.unit); got != test.want {
			t.Errorf("tags %v, unit %q: %t", test.tags, test.unit, got)
		}
	}
}

func TestUnit_OwnsRevision(t *testing.T) {
	whole := unitOf(t, specIn(virginia))
	bare := unitOf(t, specIn(virginia, func(s *Spec) {
		s.ExecutionRole.ARN, s.TaskRole.ARN = "arn:aws:iam::123456789012:role/e", "arn:aws:iam::123456789012:role/t"
		s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared"
	}))
	onlyLogGroup := bare
	onlyLogGroup.LogGroup = LogGroup{Name: "/own"}
	for name, test := range map[string]struct {
		unit       Unit
		tag        string
		unitID     string
		registered int64
		want       bool
	}{
		"it registered it":                        {whole, "", "u", 7, true},
		"its id is on it":                         {whole, "u", "u", 3, true},
		"a pipeline's, without tags":              {whole, "", "u", 3, false},
		"another unit's":                          {whole, "other", "u", 3, false},
		"no id, no tag: not the same id":          {whole, "", "", 3, false},
		"no other part to keep its tags on":       {bare, "", "u", 3, true},
		"a log group of its own to keep them on":  {onlyLogGroup, "", "u", 3, false},
		"imported: no number and no id is known":  {whole, "u", "", 0, false},
		"imported, and the id was read back then": {whole, "u", "u", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := ObservedDefinition{Revision: 7, Tags: map[string]string{}}
			if test.tag != "" {
				d.Tags[TagUnit] = test.tag
			}
			if got := test.unit.OwnsRevision(d, test.unitID, test.registered); got != test.want {
				t.Errorf("OwnsRevision is %t", got)
			}
		})
	}
}

func TestRoleDifferences(t *testing.T) {
	want := unitOf(t, specIn(virginia)).Roles[TaskRole]
	have := ObservedRole{TrustPolicy: "{ \"Statement\": [{\"Action\":[\"sts:AssumeRole\"],\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ecs-tasks.amazonaws.com\"]}," +
		"\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":[\"123456789012\"]},\"ArnLike\":{\"aws:SourceArn\":\"arn:aws:ecs:us-east-1:123456789012:*\"}}}], \"Version\": \"2012-10-17\" }"}
	if got := RoleDifferences(want, have); got != nil {
		t.Errorf("in another spelling: %q", got)
	}
	for name, trust := range map[string]string{
		"another":           specIn(virginia).TrustPolicy(ExecutionRole).JSON(),
		"of another region": specIn(gov).TrustPolicy(TaskRole).JSON(),
		"none":              "",
		"broken":            "{",
	} {
		if got := RoleDifferences(want, ObservedRole{TrustPolicy: trust}); !slices.Equal(got, []string{"trust policy"}) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// The tags of a unit lead back to its network.
func TestUnit_tagsTellTheNetwork(t *testing.T) {
	spec := specIn(virginia, func(s *Spec) {
		s.Network = Network{Cluster: "media", SubnetIDs: subnets(12), SecurityGroupIDs: []string{"sg-1"}, AssignPublicIP: true}
		s.Tags = map[string]string{"team": "media"}
	})
	tags := maps.Clone(unitOf(t, spec).Tags)
	if diff := cmp.Diff(NetworkOf(spec.Network.Tags(), arn.Place{}), NetworkOf(tags, arn.Place{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(spec.Tags, TagRules{}.Users(tags)); diff != "" {
		t.Errorf("the user's, -want +got:\n%s", diff)
	}
}
