package wire_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

func sids(d policy.Document) []string {
	var out []string
	for _, s := range d.Statements {
		out = append(out, s.Sid)
	}
	return out
}

// buckets are wires to n buckets with long names.
func buckets(n int) []wire.Wire {
	var out []wire.Wire
	for i := range n {
		out = append(out, wire.Wire{
			Name: fmt.Sprintf("bucket_%02d", i), Kind: "object_store", Access: wire.Read,
			Value: fmt.Sprintf("%s-%02d", strings.Repeat("b", 60), i),
		})
	}
	return out
}

func TestPolicySids(t *testing.T) {
	read := func(name string) wire.Wire {
		return wire.Wire{Name: name, Kind: "object_store", Value: "input", Access: wire.Read}
	}
	tests := []struct {
		name  string
		wires []wire.Wire
		want  []string
	}{
		{"sorted by name", []wire.Wire{read("b"), read("a")}, []string{"A", "ABucket", "B", "BBucket"}},
		{"camel case", []wire.Wire{read("raw_uploads-2x")}, []string{"RawUploads2x", "RawUploads2xBucket"}},
		{"capitals stay", []wire.Wire{read("rawUploads")}, []string{"RawUploads", "RawUploadsBucket"}},
		{"nothing that a Sid takes", []wire.Wire{read("é—")}, []string{"Wire", "WireBucket"}},
		{"the same in camel case", []wire.Wire{read("a_b"), read("a-b")}, []string{"AB", "ABBucket", "AB027754b2", "ABBucketc4b7b046"}},
		{"one with what follows the other's", []wire.Wire{read("a"), read("a_bucket")}, []string{"A", "ABucket", "ABucket057f0377", "ABucketBucket"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := wire.Policy(test.wires, home, 0)
			if err != nil {
				t.Fatal(err)
			}
			got := sids(d)
			if !slices.Equal(got, test.want) {
				t.Errorf("Sids %v, want %v", got, test.want)
			}
			if len(policy.Sorted(got)) != len(got) {
				t.Errorf("Sids %v: one is there twice", got)
			}
			// The evaluator refuses what IAM does: Sids with other characters, or twice.
			if _, err := policytest.Allows(d.JSON(), call("s3:GetObject", "arn:aws:s3:::input/a")); err != nil {
				t.Error(err)
			}
			slices.Reverse(test.wires)
			again, err := wire.Policy(test.wires, home, 0)
			if err != nil || again.JSON() != d.JSON() {
				t.Errorf("in another order: %v, %v", sids(again), err)
			}
		})
	}
}

func TestPolicySize(t *testing.T) {
	// As long as there is room every wire has its own statements.
	few, err := wire.Policy(buckets(10), home, 0)
	if err != nil || len(few.Statements) != 20 {
		t.Fatalf("%d statements, %v", len(few.Statements), err)
	}
	// The role's other policies take room too.
	merged, err := wire.Policy(buckets(10), home, 6000)
	if err != nil || len(merged.Statements) != 2 {
		t.Fatalf("beside others: %d statements, %v", len(merged.Statements), err)
	}
	if got := sids(merged); !slices.Equal(got, []string{"Bucket00", "Bucket00Bucket"}) {
		t.Errorf("merged under %v", got)
	}
	if n := len(merged.Statements[0].Resources); n != 10 || !slices.IsSorted(merged.Statements[0].Resources) {
		t.Errorf("resources %v", merged.Statements[0].Resources)
	}

	// Up to the limit to the character, and not beyond.
	room := policy.RoleInlineLimit - policy.Size(merged.JSON())
	if _, err := wire.Policy(buckets(10), home, room); err != nil {
		t.Errorf("with %d characters of others: %v", room, err)
	}
	_, err = wire.Policy(buckets(10), home, room+1)
	var tooLarge *wire.SizeError
	if !errors.As(err, &tooLarge) {
		t.Fatalf("with %d characters of others: %v", room+1, err)
	}
	if tooLarge.Size+tooLarge.Others != policy.RoleInlineLimit+1 || len(tooLarge.Wires) != 10 {
		t.Errorf("%+v", tooLarge)
	}

	// The error names the wires, the largest first.
	wires := append(buckets(80), wire.Wire{Name: "all", Kind: "docker_task", Task: ptr(publish(home))})
	_, err = wire.Policy(wires, home, 700)
	if !errors.As(err, &tooLarge) {
		t.Fatalf("80 buckets: %v", err)
	}
	text := err.Error()
	for _, part := range []string{
		fmt.Sprintf("have %d characters, the role's other inline policies 700; IAM takes 10240 on one role", tooLarge.Size),
		"By wire: all ", ", bucket_00 ", ", bucket_79 ", "managed_policy_arns",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%q lacks %q", text, part)
		}
	}
	// What a wire takes by itself is what the document grows by.
	one, err := wire.Policy(wires[80:], home, 0)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(tooLarge.Wires, func(s wire.Size) bool { return s.Wire == "all" })
	if want := policy.Size(one.JSON()) - len(`{"Version":"2012-10-17","Statement":[]}`); tooLarge.Wires[i].Characters != want {
		t.Errorf("all takes %d characters, want %d", tooLarge.Wires[i].Characters, want)
	}
}

// Conditions are part of what has to be the same, and what a user wrote is left alone.
func TestPolicyMergesOnlyTheSame(t *testing.T) {
	other := publish(home)
	other.FamilyARN = home.Regional("ecs", "task-definition/other")
	other.ClusterARN = home.Regional("ecs", "cluster/other")
	written := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":"arn:aws:s3:::x/*"}]}`
	wires := append(buckets(2),
		wire.Wire{Name: "x", Kind: "docker_task", Task: ptr(publish(home)), Access: wire.Write},
		wire.Wire{Name: "y", Kind: "docker_task", Task: &other, Access: wire.Write},
		wire.Wire{Name: "z", Kind: "policy", Value: written})
	d, err := wire.Policy(wires, home, 7000)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Bucket00", "Bucket00Bucket", "XRunTask", "XManageTasks", "XPassRoles", "YRunTask", "YManageTasks", "Z"}
	if got := sids(d); !slices.Equal(got, want) {
		t.Errorf("Sids %v, want %v", got, want)
	}
}

func TestPolicyRefuses(t *testing.T) {
	_, err := wire.Policy([]wire.Wire{{Name: "x", Kind: "topic", Value: "a*"}}, home, 0)
	if err == nil || !strings.Contains(err.Error(), `wire "x"`) {
		t.Errorf("a wire with a problem: %v", err)
	}
	d, err := wire.Policy(nil, home, 0)
	if err != nil || d.JSON() != "" {
		t.Errorf("no wires: %q, %v", d.JSON(), err)
	}
}

func ptr[T any](v T) *T { return &v }
