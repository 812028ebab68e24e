package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// freeze names a folder of testdata/frozen that has a main.tf: its states and schemas are
// written, as the provider is now.
var freeze = flag.String("freeze", "", "write states and schemas into this folder of "+frozenRoot)

// frozenAccount is the account that the frozen states are of: ARNs, and the digest in private
// state with them, are what they were.
const frozenAccount = "111122223333"

// stateFile is a state as the command line keeps it, as far as it matters here.
type stateFile map[string]any

func readStateFile(t *testing.T, path string) stateFile {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s stateFile
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return s
}

func (s stateFile) write(t *testing.T, path string) {
	t.Helper()
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// each calls f with every resource and its only instance, by address.
func (s stateFile) each(f func(address string, resource, instance map[string]any)) {
	resources, _ := s["resources"].([]any)
	for _, r := range resources {
		resource, _ := r.(map[string]any)
		instances, _ := resource["instances"].([]any)
		if len(instances) != 1 {
			continue
		}
		instance, _ := instances[0].(map[string]any)
		typeName, _ := resource["type"].(string)
		name, _ := resource["name"].(string)
		f(typeName+"."+name, resource, instance)
	}
}

// readPrivateOf is an instance's private state, which the framework keeps as texts in base64, in
// base64.
func readPrivateOf(t *testing.T, instance map[string]any) map[string][]byte {
	t.Helper()
	encoded, _ := instance["private"].(string)
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	private := map[string][]byte{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &private); err != nil {
			t.Fatal(err)
		}
	}
	return private
}

// editPrivate edits an instance's private state: the unit's part, and more.
func editPrivate(t *testing.T, instance map[string]any, edit func(private map[string][]byte, unit map[string]any)) {
	t.Helper()
	private := readPrivateOf(t, instance)
	var unit map[string]any
	if err := json.Unmarshal(private["unit"], &unit); err != nil {
		t.Fatal(err)
	}
	edit(private, unit)
	var err error
	if private["unit"], err = json.Marshal(unit); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(private)
	if err != nil {
		t.Fatal(err)
	}
	instance["private"] = base64.StdEncoding.EncodeToString(text)
}

// Through the protocol: every frozen state is read, whatever its version, and one of today's
// version loses nothing.
func TestFrozen_upgrade(t *testing.T) {
	t.Parallel()
	server, err := factories["docker"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range frozenFolders(t) {
		readStateFile(t, filepath.Join(folder, "state.json")).each(func(address string, resource, instance map[string]any) {
			typeName, _ := resource["type"].(string)
			schema := schemas.ResourceSchemas[typeName]
			raw := func(of any) *tfprotov6.RawState {
				text, err := json.Marshal(of)
				if err != nil {
					t.Fatal(err)
				}
				return &tfprotov6.RawState{JSON: text}
			}
			version, _ := instance["schema_version"].(float64)
			answer, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
				TypeName: typeName, Version: int64(version), RawState: raw(instance["attributes"]),
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := failures(answer.Diagnostics); err != nil {
				t.Errorf("%s: %s, version %v: %v", folder, address, version, err)
				return
			}
			if int64(version) == schema.Version {
				want, err := raw(instance["attributes"]).Unmarshal(schema.ValueType()) // unlike the provider, strict
				if err != nil {
					t.Errorf("%s: %s: %v", folder, address, err)
					return
				}
				if have, err := answer.UpgradedState.Unmarshal(schema.ValueType()); err != nil || !have.Equal(want) {
					t.Errorf("%s: %s: %v\n%s\nnot\n%s", folder, address, err, have, want)
				}
			}
			identity := identities.IdentitySchemas[typeName]
			if instance["identity"] == nil {
				return
			}
			identityVersion, _ := instance["identity_schema_version"].(float64)
			if int64(identityVersion) == identity.Version {
				if _, err := raw(instance["identity"]).Unmarshal(identity.ValueType()); err != nil {
					t.Errorf("%s: identity of %s: %v", folder, address, err)
				}
				return
			}
			upgraded, err := server.UpgradeResourceIdentity(t.Context(), &tfprotov6.UpgradeResourceIdentityRequest{
				TypeName: typeName, Version: int64(identityVersion), RawIdentity: raw(instance["identity"]),
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := failures(upgraded.Diagnostics); err != nil {
				t.Errorf("%s: identity of %s, version %v: %v", folder, address, identityVersion, err)
			}
		})
	}
}

// frozenWork has applied the configuration of a folder, in the account that the states are of.
func frozenWork(t *testing.T, folder string) *acctest.Workspace {
	t.Helper()
	acctest.OnEmulator(t, "the states are of an account of the emulator")
	acctest.IsolateIn(t, frozenAccount)
	acctest.CreateRole(t, "tf-acc-dt-frozen-consumer")
	for _, queue := range []string{"tf-acc-dt-frozen-queue", "tf-acc-dt-frozen-lost"} {
		if _, err := sqs.NewFromConfig(awsConfig(t)).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &queue}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": string(text)})
	if _, err := w.Run("apply", "-auto-approve"); err != nil {
		t.Fatal(err)
	}
	return w
}

// Through the command line: the state that a release wrote is refreshed and planned empty by
// this one, and destroys what it is of. What a newer one wrote is refused.
func TestAccFrozen_state(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	if *freeze != "" {
		freezeStates(t, filepath.Join(frozenRoot, *freeze))
		return
	}
	onlyInLong(t)
	for _, folder := range frozenFolders(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			w := frozenWork(t, folder)
			path := filepath.Join(w.Folder, "terraform.tfstate")
			fresh := readStateFile(t, path)
			serial, _ := fresh["serial"].(float64)
			// put replaces the state that was just written by the frozen one, for the same parts, which carry another
			// unit's id, and for this command line.
			put := func(edit func(address string, instance map[string]any)) {
				t.Helper()
				ids := map[string]any{}
				providers := map[string]any{}
				fresh.each(func(address string, resource, instance map[string]any) {
					providers[address] = resource["provider"]
					editPrivate(t, instance, func(_ map[string][]byte, unit map[string]any) { ids[address] = unit["id"] })
				})
				frozen := readStateFile(t, filepath.Join(folder, "state.json"))
				if len(providers) == 0 {
					t.Fatal("nothing was created")
				}
				frozen.each(func(address string, resource, instance map[string]any) {
					resource["provider"] = providers[address]
					editPrivate(t, instance, func(_ map[string][]byte, unit map[string]any) { unit["id"] = ids[address] })
					edit(address, instance)
				})
				serial++
				frozen["serial"], frozen["lineage"], frozen["terraform_version"] = serial, fresh["lineage"], fresh["terraform_version"]
				frozen.write(t, path)
			}
			quiet := func(what string, arguments ...string) {
				t.Helper()
				if _, err := w.Run("plan", append(arguments, "-detailed-exitcode")...); err != nil {
					t.Errorf("%s: %v", what, err)
				}
			}
			refused := func(words ...string) {
				t.Helper()
				_, err := w.Run("plan")
				failed := (*acctest.CommandError)(nil)
				if !errors.As(err, &failed) {
					t.Errorf("planned, not refused with %q: %v", words, err)
					return
				}
				for _, word := range words {
					if !strings.Contains(strings.Join(strings.Fields(failed.Output), " "), word) {
						t.Errorf("refused without saying %q:\n%s", word, failed.Output)
					}
				}
			}

			put(func(address string, instance map[string]any) {
				if address == "docker_task.least" {
					instance["schema_version"] = 1000
				}
			})
			refused("docker_task.least", "newer provider version")

			for _, newer := range []string{"docker_task.least", "docker_task_wire.least", "docker_task_schedule.least", "docker_task_subscription.least"} {
				put(func(address string, instance map[string]any) {
					if address == newer {
						editPrivate(t, instance, func(private map[string][]byte, _ map[string]any) { private["format"] = []byte("1000") })
					}
				})
				refused(newer, "State of a newer provider", "in format 1000", "init -upgrade")
			}

			// A release with another form of definitions compares with the one in state.
			put(func(_ string, instance map[string]any) {
				editPrivate(t, instance, func(_ map[string][]byte, unit map[string]any) {
					if unit["digest_format"] != nil {
						unit["digest"], unit["digest_format"] = "of an older form", 0
					}
				})
			})
			quiet("the digest of an older form, not refreshed", "-refresh=false")
			quiet("the digest of an older form")

			put(func(string, map[string]any) {})
			quiet("the frozen state, not refreshed", "-refresh=false")
			quiet("the frozen state")
			if _, err := w.Run("destroy", "-auto-approve"); err != nil {
				t.Fatal(err)
			}
			if err := acctest.CheckAccountEmpty(t)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// freezeStates writes a folder's states and schemas. What is frozen stays as it is.
func freezeStates(t *testing.T, folder string) {
	t.Helper()
	state, schemas := filepath.Join(folder, "state.json"), filepath.Join(folder, "schemas.json")
	if _, err := os.Stat(state); err == nil {
		t.Fatalf("%s is there already: a released form does not change", state)
	}
	w := frozenWork(t, folder)
	made := readStateFile(t, filepath.Join(w.Folder, "terraform.tfstate"))
	maps.DeleteFunc(made, func(key string, _ any) bool { return key == "lineage" })
	made.write(t, state)
	text, err := json.MarshalIndent(schemaForms(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(schemas, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Run("destroy", "-auto-approve"); err != nil {
		t.Fatal(err)
	}
}
