package acctest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// runMain runs this test binary, with no test in it, for the test's account as if it were
// a real one.
func runMain(t *testing.T, environment []string, arguments ...string) (output string, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], append([]string{"-test.run=^$"}, arguments...)...)
	command.Env = slices.Concat(os.Environ(), Environment(t), environment)
	combined, err := command.CombinedOutput()
	return string(combined), err
}

func TestMain_realAccount(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "the emulator plays the real account")
	tests := map[string]struct {
		environment []string
		arguments   []string
		refusal     string // "" if it runs
	}{
		"the right account":            {environment: []string{AccountVariable + "=" + AccountID(t)}},
		"another account":              {environment: []string{AccountVariable + "=999999999999"}, refusal: "is 999999999999, but the credentials are of account " + AccountID(t)},
		"no region":                    {environment: []string{AccountVariable + "=" + AccountID(t), "AWS_REGION="}, refusal: "set AWS_REGION"},
		"no acceptance tests":          {environment: []string{AccountVariable + "=999999999999", "TF_ACC="}},
		"no emulator":                  {environment: []string{PythonVariable + "="}, refusal: "make test"},
		"sweeping without an account":  {arguments: []string{"-sweep=us-east-1"}, refusal: AccountVariable},
		"sweeping another account":     {environment: []string{AccountVariable + "=999999999999", "TF_ACC="}, arguments: []string{"-sweep=us-east-1"}, refusal: "nothing was run"},
		"no credentials of an account": {environment: []string{AccountVariable + "=" + AccountID(t), "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="}, refusal: "the account of the credentials cannot be told"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := runMain(t, test.environment, test.arguments...)
			if (err != nil) != (test.refusal != "") || !strings.Contains(output, test.refusal) {
				t.Errorf("error %v:\n%s", err, output)
			}
		})
	}
}

// Sweepers delete what tests left, whatever hangs on it, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "the emulator plays the real account")
	cloud := AWS(t)
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	left, kept := RandomName(t), "transcode"
	for _, name := range []string{left, kept} {
		CreateRole(t, name)
		cloud.PutRolePolicy(name, "inline", document)
		policy, err := cloud.IAM.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(document)})
		if err != nil {
			t.Fatal(err)
		}
		cloud.AttachPolicy(name, aws.ToString(policy.Policy.Arn))
		cloud.CreateLogGroup("/ecs/" + name)
		cloud.Register(simpleDefinition(name))
		cloud.Register(simpleDefinition(name))
	}
	output, err := runMain(t, []string{AccountVariable + "=" + AccountID(t)}, "-sweep=us-east-1")
	if err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	if cloud.RoleExists(left) || cloud.LogGroup("/ecs/"+left) != nil || len(cloud.ActiveRevisions(left)) != 0 {
		t.Errorf("something is left:\n%s", output)
	}
	if len(cloud.AttachedPolicies(kept)) != 1 || len(cloud.RolePolicies(kept)) != 1 || cloud.LogGroup("/ecs/"+kept) == nil || len(cloud.ActiveRevisions(kept)) != 2 {
		t.Errorf("something of others is gone:\n%s", output)
	}
}
