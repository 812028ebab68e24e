package task

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
)

// hostileSpec has every name that goes into the policies of the roles.
func hostileSpec(group, image, secret, key, file, volume, point string) Spec {
	s := specIn(virginia)
	s.Main.Image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/" + image
	s.Main.Log.Options = map[string]string{LogGroupOption: group}
	s.Main.SecretRefs = map[string]string{"A": secret}
	s.SecretsKMSKeyARNs = []string{key}
	s.Main.EnvironmentFiles = []EnvironmentFile{{Type: "s3", Value: file}}
	s.Rest.Volumes = []Volume{{Name: "v", EFS: &EFSVolume{FileSystemID: volume, AuthorizationConfig: &EFSAuthorization{IAM: "ENABLED", AccessPointID: point}}}}
	s.ExecuteCommand = true
	return s
}

// Names in a task stay names in the policies of its roles, also names that no check has seen because they come
// from a definition that another tool wrote.
func FuzzSpec_RolePolicy(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add("/ecs/x", text, "token", "key/1", "files/x.env", "fs-1", "fsap-1")
		f.Add(text, "app", "token"+text, "key/1"+text, "files/"+text, "fs-1"+text, "fsap"+text)
	}
	f.Fuzz(func(t *testing.T, group, image, secret, key, file, volume, point string) {
		shapes := func(group, image, secret, key, file, volume, point string) [2]string {
			var out [2]string
			for i, kind := range []RoleKind{ExecutionRole, TaskRole} {
				s := hostileSpec(group, image, secret, virginia.Regional("kms", key), "arn:aws:s3:::"+file, volume, point)
				var err error
				if out[i], err = policytest.Shape(s.RolePolicy(kind).JSON(), policytest.IdentityPolicy); err != nil {
					t.Fatalf("%v\n%s", err, s.RolePolicy(kind).JSON())
				}
			}
			return out
		}
		// Left out is something else than hostile; and what is no reference is refused.
		if group == "" || point == "" || key == "" ||
			repositoryARN("123456789012.dkr.ecr.us-east-1.amazonaws.com/"+image, "aws") == "" || CheckSecret(secret) != nil {
			return
		}
		wanted := "token"
		if s, err := ParseSecret(secret, virginia); err == nil && s.Service == "secretsmanager" {
			wanted = "secret:x"
			if !strings.HasSuffix(s.Resource, "-??????") {
				wanted += "-AbCdEf"
			}
		}
		// What validation refuses is left out, should it come to a policy all the same.
		wantedFile, wantedVolume := "files/x.env", "fs-1"
		if CheckObjectARN("arn:aws:s3:::"+file) != nil {
			wantedFile = ""
		}
		if CheckFileSystemID(volume) != nil || CheckAccessPointID(point) != nil {
			wantedVolume = ""
		}
		good := shapes("/ecs/x", "app", wanted, "key/1", wantedFile, wantedVolume, "fsap-1")
		if got := shapes(group, image, secret, key, file, volume, point); got != good {
			t.Errorf("breaks out:\n%s\nnot\n%s", got, good)
		}
	})
}

// A role whose path a policy would take for a pattern is not one that a unit makes.
func FuzzCheckRole(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add("/"+text+"/", text)
	}
	f.Fuzz(func(t *testing.T, path, name string) {
		if CheckRolePath(path) == nil && strings.ContainsAny(path, "*?$ \x00\n") {
			t.Errorf("path %q is taken", path)
		}
		if CheckRoleName(name) == nil && strings.ContainsAny(name, "*?${}\"'/: \x00\n") {
			t.Errorf("name %q is taken", name)
		}
	})
}

// The request to ECS contains the definition and nothing else, whatever the values are.
func FuzzDefinition_json(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add("app", text, text)
		f.Add(text, "KEY", "value")
	}
	f.Fuzz(func(t *testing.T, command, name, value string) {
		for _, s := range []string{command, name, value} {
			if !utf8.ValidString(s) {
				return // Terraform's texts are
			}
		}
		s := specIn(virginia)
		s.Main.Command = []string{command, "-v"}
		s.Main.Environment = []KeyValue{{Name: name, Value: value}}
		s.Main.DockerLabels = map[string]string{name: value}
		d, err := s.Definition()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(d.ContainerDefinitions[0])
		if err != nil {
			t.Fatal(err)
		}
		var have struct {
			Command      []string
			Environment  []KeyValue
			DockerLabels map[string]string
		}
		if err := json.Unmarshal(text, &have); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(have.Command, s.Main.Command) || !reflect.DeepEqual(have.Environment, s.Main.Environment) || !reflect.DeepEqual(have.DockerLabels, s.Main.DockerLabels) {
			t.Errorf("breaks out:\n%s", text)
		}
	})
}
