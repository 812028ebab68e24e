package task

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

var (
	virginia = arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}
	beijing  = arn.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}
	gov      = arn.Place{Partition: "aws-us-gov", Region: "us-gov-west-1", Account: "123456789012"}
)

// specIn is a small docker task, every value effective.
func specIn(place arn.Place, edits ...func(*Spec)) Spec {
	s := Spec{Name: "transcode", Place: place, Main: ContainerSpec{Container: Container{Image: "public.ecr.aws/docker/library/busybox:1.37"}}}
	for _, edit := range edits {
		edit(&s)
	}
	return s.WithDefaults()
}

func image(ref string) func(*Spec) { return func(s *Spec) { s.Main.Image = ref } }

func secrets(references ...string) func(*Spec) {
	return func(s *Spec) {
		s.Main.SecretRefs = map[string]string{}
		for i, r := range references {
			s.Main.SecretRefs[string(rune('A'+i))] = r
		}
	}
}

func keys(arns ...string) func(*Spec) { return func(s *Spec) { s.SecretsKMSKeyARNs = arns } }

// executionPolicies are the cases whose documents stand in testdata/execution.
var executionPolicies = map[string]Spec{
	"public_image":        specIn(virginia),
	"docker_hub_image":    specIn(virginia, image("busybox")),
	"own_log_group":       specIn(virginia, func(s *Spec) { s.LogGroup.Name = "/apps/transcode" }),
	"given_log_group":     specIn(virginia, func(s *Spec) { s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared" }),
	"given_log_group_all": specIn(virginia, func(s *Spec) { s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared:*" }),

	"ecr_image":                 specIn(virginia, image("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/transcode:1.37")),
	"ecr_image_other_account":   specIn(virginia, image("210987654321.dkr.ecr.eu-west-1.amazonaws.com/transcode:1")),
	"ecr_image_digest":          specIn(virginia, image("123456789012.dkr.ecr.us-east-1.amazonaws.com/transcode@sha256:"+strings.Repeat("0f", 32))),
	"ecr_image_fips":            specIn(gov, image("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/transcode:1")),
	"ecr_image_dual_stack":      specIn(virginia, image("123456789012.dkr-ecr.us-east-1.on.aws/transcode:1")),
	"ecr_image_dual_stack_fips": specIn(virginia, image("123456789012.dkr-ecr-fips.us-east-1.on.aws/transcode:1")),
	"ecr_image_china":           specIn(beijing, image("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/transcode:1")),

	"parameter_by_name":    specIn(virginia, secrets("token")),
	"parameter_by_path":    specIn(virginia, secrets("/transcode/token", "/transcode/key", "transcode-plain")),
	"parameter_by_arn":     specIn(virginia, secrets("arn:aws:ssm:eu-west-1:210987654321:parameter/shared/token")),
	"secret_by_arn":        specIn(virginia, secrets("arn:aws:secretsmanager:us-east-1:123456789012:secret:database-Ab12Cd")),
	"secret_by_arn_of_key": specIn(virginia, secrets("arn:aws:secretsmanager:us-east-1:123456789012:secret:database-Ab12Cd:password::")),
	"secret_by_name":       specIn(virginia, secrets("secret:team/database")),
	"secret_twice":         specIn(virginia, secrets("secret:database:user", "secret:database:password")),
	"secrets_of_both":      specIn(beijing, secrets("/b", "secret:database:user", "/a", "arn:aws-cn:secretsmanager:cn-northwest-1:123456789012:secret:other-Ab12Cd")),

	"keys_of_parameters": specIn(virginia, secrets("/a"), keys("arn:aws:kms:us-east-1:123456789012:key/b", "arn:aws:kms:us-east-1:123456789012:key/a")),
	"keys_of_both": specIn(virginia, secrets("/a", "secret:b", "arn:aws:ssm:eu-west-1:123456789012:parameter/c"),
		keys("arn:aws:kms:us-east-1:123456789012:key/a")),
	"keys_china":           specIn(beijing, secrets("secret:a"), keys("arn:aws-cn:kms:cn-north-1:123456789012:key/a")),
	"keys_without_secrets": specIn(virginia, keys("arn:aws:kms:us-east-1:123456789012:key/a")),

	"everything_gov": specIn(gov,
		image("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/transcode:1"),
		secrets("/a", "secret:b:c"),
		keys("arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/a")),
}

func TestSpec_RolePolicy_execution(t *testing.T) {
	used := map[string]bool{}
	for name, spec := range executionPolicies {
		used[name] = true
		t.Run(name, func(t *testing.T) {
			document := spec.RolePolicy(ExecutionRole)
			golden.JSON(t, "execution/"+name, document.JSON())
			leastPrivilege(t, spec.Place, document)
			if again := spec.RolePolicy(ExecutionRole).JSON(); again != document.JSON() {
				t.Errorf("another text the second time:\n%s\n%s", document.JSON(), again)
			}
		})
	}
	golden.NoOther(t, "execution", used)
}

// leastPrivilege fails where a statement is wider than AWS makes it.
func leastPrivilege(t *testing.T, place arn.Place, d policy.Document) {
	t.Helper()
	sids := map[string]bool{}
	for _, s := range d.Statements {
		if s.Sid == "" || sids[s.Sid] {
			t.Errorf("%q: a Sid is there, and there once", s.Sid)
		}
		sids[s.Sid] = true
		if len(s.Actions) == 0 || len(s.Resources) == 0 {
			t.Errorf("%s has no actions or no resources", s.Sid)
		}
		for _, action := range s.Actions {
			if strings.Contains(action, "*") {
				t.Errorf("%s allows %s", s.Sid, action)
			}
		}
		for _, resource := range s.Resources {
			if resource == "*" && slices.Equal(s.Actions, []string{"ecr:GetAuthorizationToken"}) {
				continue
			}
			a, err := arn.Parse(resource)
			if err != nil {
				t.Errorf("%s: %v", s.Sid, err)
				continue
			}
			if a.Partition != place.Partition || !a.Place().Complete() {
				t.Errorf("%s: %s is not of %s", s.Sid, resource, place.Partition)
			}
			// What follows the name is not known before the task runs.
			name := strings.TrimSuffix(strings.TrimSuffix(resource, ":log-stream:*"), "-??????")
			if strings.ContainsAny(name, "*?") {
				t.Errorf("%s: %s is a pattern", s.Sid, resource)
			}
		}
	}
	var read any
	if err := json.Unmarshal([]byte(d.JSON()), &read); err != nil {
		t.Errorf("%v: %s", err, d.JSON())
	}
}

// A task that nothing is wired to may do nothing.
func TestSpec_RolePolicy_task(t *testing.T) {
	for name, spec := range executionPolicies {
		if got := spec.RolePolicy(TaskRole).JSON(); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A reference that validation refuses must not widen or break a policy.
func TestSpec_RolePolicy_refusedSecret(t *testing.T) {
	broken := specIn(virginia, secrets("not a reference!", "arn:aws:ssm:us-east-1:123456789012:parameter/*"))
	if got := broken.RolePolicy(ExecutionRole).JSON(); got != "" {
		t.Errorf("a task that cannot be made has a policy: %s", got)
	}
	if _, err := broken.Definition(); err == nil {
		t.Error("and no error")
	}
}

func TestSpec_TrustPolicy(t *testing.T) {
	used := map[string]bool{}
	for _, place := range []arn.Place{virginia, beijing, gov} {
		for _, kind := range RoleKinds {
			name := string(kind) + "_" + place.Partition
			used[name] = true
			t.Run(name, func(t *testing.T) { golden.JSON(t, "trust/"+name, specIn(place).TrustPolicy(kind).JSON()) })
		}
	}
	golden.NoOther(t, "trust", used)
}

// The keys' statement is read back by its Sid on import.
func TestSidDecryptSecrets(t *testing.T) {
	spec := executionPolicies["keys_of_parameters"]
	got := policy.Resources(spec.RolePolicy(ExecutionRole).JSON(), SidDecryptSecrets)
	if diff := cmp.Diff(slices.Sorted(slices.Values(spec.SecretsKMSKeyARNs)), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The statement of a service is the same whatever variable a secret goes to.
func TestSpec_RolePolicy_namesOfVariablesDoNotShow(t *testing.T) {
	a := specIn(virginia, secrets("/a", "/b", "secret:c"))
	b := specIn(virginia)
	references := slices.Sorted(maps.Values(a.Main.SecretRefs))
	b.Main.SecretRefs = map[string]string{"Z": references[0], "Y": references[1], "X": references[2]}
	if diff := cmp.Diff(a.RolePolicy(ExecutionRole).JSON(), b.RolePolicy(ExecutionRole).JSON()); diff != "" {
		t.Error(diff)
	}
}
