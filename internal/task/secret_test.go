package task

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

func TestParseSecret(t *testing.T) {
	const (
		parameters = "arn:aws:ssm:us-east-1:123456789012:parameter/"
		managed    = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
	)
	parameter := func(valueFrom, resource string) Secret {
		return Secret{ValueFrom: valueFrom, Action: "ssm:GetParameters", Resource: resource, Service: "ssm", Region: "us-east-1"}
	}
	secret := func(valueFrom, resource string) Secret {
		return Secret{ValueFrom: valueFrom, Action: "secretsmanager:GetSecretValue", Resource: resource, Service: "secretsmanager", Region: "us-east-1"}
	}
	for reference, want := range map[string]Secret{
		"token":                   parameter("token", parameters+"token"),
		"/team/token":             parameter("/team/token", parameters+"team/token"),
		"team/to.ken_1-a":         parameter("team/to.ken_1-a", parameters+"team/to.ken_1-a"),
		parameters + "token":      parameter(parameters+"token", parameters+"token"),
		parameters + "team/a.b":   parameter(parameters+"team/a.b", parameters+"team/a.b"),
		strings.Repeat("p", 1011): parameter(strings.Repeat("p", 1011), parameters+strings.Repeat("p", 1011)),

		"secret:database":                      secret(managed+"database", managed+"database-??????"),
		"secret:team/data_b+=.@-ase":           secret(managed+"team/data_b+=.@-ase", managed+"team/data_b+=.@-ase-??????"),
		"secret:database:password":             secret(managed+"database:password::", managed+"database-??????"),
		"secret:database:password::":           secret(managed+"database:password::", managed+"database-??????"),
		"secret:database::AWSPREVIOUS":         secret(managed+"database::AWSPREVIOUS:", managed+"database-??????"),
		"secret:database:::v-1":                secret(managed+"database:::v-1", managed+"database-??????"),
		"secret:database:k:AWSCURRENT:v-1":     secret(managed+"database:k:AWSCURRENT:v-1", managed+"database-??????"),
		"secret:database:::":                   secret(managed+"database", managed+"database-??????"),
		managed + "database-Ab12Cd":            secret(managed+"database-Ab12Cd", managed+"database-Ab12Cd"),
		managed + "database-Ab12Cd:password":   secret(managed+"database-Ab12Cd:password::", managed+"database-Ab12Cd"),
		managed + "database-Ab12Cd:password::": secret(managed+"database-Ab12Cd:password::", managed+"database-Ab12Cd"),
		managed + "database":                   secret(managed+"database", managed+"database-??????"),
		managed + "database-Ab12C":             secret(managed+"database-Ab12C", managed+"database-Ab12C-??????"),
		// Those that a service keeps.
		managed + "rds!cluster-0b1c-Ab12Cd:password": secret(managed+"rds!cluster-0b1c-Ab12Cd:password::", managed+"rds!cluster-0b1c-Ab12Cd"),
		"secret:rds!db-0b1c":                         secret(managed+"rds!db-0b1c", managed+"rds!db-0b1c-??????"),
		// To Secrets Manager -config is the suffix of a whole ARN, and so it is here.
		managed + "app-config": secret(managed+"app-config", managed+"app-config"),
	} {
		t.Run(reference, func(t *testing.T) {
			got, err := ParseSecret(reference, virginia)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if err := CheckSecret(reference); err != nil {
				t.Errorf("CheckSecret: %s", err)
			}
			// The reference in the definition means the same when it is read back.
			again, err := ParseSecret(got.ValueFrom, virginia)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, again); diff != "" {
				t.Errorf("read back, -want +got:\n%s", diff)
			}
		})
	}
}

// An ARN says where a secret is, whatever the place of the task.
func TestParseSecret_elsewhere(t *testing.T) {
	for reference, region := range map[string]string{
		"arn:aws-cn:ssm:cn-northwest-1:210987654321:parameter/a":                "cn-northwest-1",
		"arn:aws-cn:secretsmanager:cn-northwest-1:210987654321:secret:a-Ab12Cd": "cn-northwest-1",
	} {
		got, err := ParseSecret(reference, beijing)
		if err != nil || got.Region != region || got.Resource != reference || got.ValueFrom != reference {
			t.Errorf("%s: %+v, %v", reference, got, err)
		}
	}
}

func TestParseSecret_refused(t *testing.T) {
	for _, reference := range []string{
		"",
		" ",
		"hunter two",
		"p@ssw0rd!",
		"secret:",
		"secret::key",
		"secret:a b",
		"secret:a:k:s:v:more",
		"secret:*",
		"secret:" + strings.Repeat("s", 513),
		"arn:",
		"arn:aws:s3:::bucket",
		"arn:aws:ssm:us-east-1:123456789012:document/x",
		"arn:aws:ssm:us-east-1:123456789012:parameter/",
		"arn:aws:ssm:us-east-1:123456789012:parameter/*",
		"arn:aws:ssm:us-east-1:123456789012:parameter/a?",
		"arn:aws:ssm:us-east-1:123456789012:parameter/${aws:username}",
		"arn:aws:ssm:*:123456789012:parameter/a",
		"arn:aws:ssm:us-east-1:*:parameter/a",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:*",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:a-??????",
		"arn:aws:secretsmanager:us-east-1:123456789012:other:a",
		strings.Repeat("p", 1012),
	} {
		got, err := ParseSecret(reference, virginia)
		if err == nil {
			t.Errorf("%q is read as %+v", reference, got)
			continue
		}
		if got != (Secret{}) || !strings.HasPrefix(err.Error(), "a secret is the name or ARN") {
			t.Errorf("%q: %+v, %v", reference, got, err)
		}
		if wrong := CheckSecret(reference); textOf(wrong) != err.Error() {
			t.Errorf("CheckSecret(%q) says %q", reference, wrong)
		}
	}
}

// A name that ends like an ARN finds nothing at AWS; the error says what to write. An ARN is
// taken as it is.
func TestParseSecret_nameLikeAnARN(t *testing.T) {
	for _, reference := range []string{"secret:db-secret", "secret:team/app-config:password", "secret:database-Ab12Cd:::"} {
		_, err := ParseSecret(reference, virginia)
		if err == nil || !strings.Contains(err.Error(), "give the secret's ARN") || !strings.Contains(err.Error(), reference) {
			t.Errorf("%s: %v", reference, err)
		}
	}
	for _, reference := range []string{"secret:db-secrets", "secret:db-secr", "secret:db_secret", "secret:database:db-secret"} {
		if _, err := ParseSecret(reference, virginia); err != nil {
			t.Errorf("%s: %v", reference, err)
		}
	}
}

func TestCheckSecretARN(t *testing.T) {
	for reference, right := range map[string]bool{
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:a-Ab12Cd": true,
		"arn:aws:ssm:us-east-1:123456789012:parameter/a":                true,
		"/a": false, "secret:a": false, "arn:aws:s3:::a/b": false, "": false,
	} {
		if err := CheckSecretARN(reference); (err == nil) != right {
			t.Errorf("%q: %q", reference, err)
		}
	}
}

// Messages do not repeat a value that was put where the reference belongs.
func TestParseSecret_doesNotRepeatAValue(t *testing.T) {
	const value = "p@ssw0rd! of the database"
	_, err := ParseSecret(value, virginia)
	if err == nil || strings.Contains(err.Error(), "p@ss") {
		t.Errorf("the error is %v", err)
	}
}

func FuzzParseSecret(f *testing.F) {
	for _, seed := range []string{
		"token", "/a/b", "secret:a", "secret:a:b:c:d", "secret:a-Ab12Cd:::",
		"arn:aws:ssm:us-east-1:123456789012:parameter/a",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:a-Ab12Cd:k::",
		"arn:aws:ssm:us-east-1:123456789012:parameter/*", "arn:::::", "secret:*",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reference string) {
		got, err := ParseSecret(reference, virginia)
		if (err == nil) != (CheckSecret(reference) == nil) {
			t.Fatalf("%q: parsed with %v, checked with %q", reference, err, CheckSecret(reference))
		}
		if err != nil {
			return
		}
		again, err := ParseSecret(got.ValueFrom, virginia)
		if err != nil || again != got {
			t.Errorf("%q: %+v, read back as %+v, %v", reference, got, again, err)
		}
		if strings.ContainsAny(strings.TrimSuffix(got.Resource, "-??????"), "*?${}\"") {
			t.Errorf("%q: the right is to a pattern, %s", reference, got.Resource)
		}
		if _, err := arn.Parse(got.Resource); err != nil {
			t.Errorf("%q: %v", reference, err)
		}
	})
}
