package awsname

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Each limit counts to the character, and no name has a character that a policy would take for a pattern or
// a variable.
func TestName(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]Name{
		"ECS": ECS, "Role": Role, "Policy": Policy, "Rule": Rule, "Schedule": Schedule,
		"SecretName": SecretName, "StateMachineName": StateMachineName,
	} {
		for _, good := range []string{"a", "A-b_9", strings.Repeat("n", rule.Max)} {
			if !rule.Matches(good) {
				t.Errorf("%s refuses %q", name, good)
			}
		}
		for _, bad := range []string{"", strings.Repeat("n", rule.Max+1), "a b", "a\n", "a*", "a?", "${a}", "a:b", "ä"} {
			if rule.Matches(bad) {
				t.Errorf("%s takes %q", name, bad)
			}
		}
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	place := arn.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}
	for _, test := range []struct {
		form             Form
		good, bad        []string
		name, arn, shape string
	}{
		{
			Function,
			[]string{"f", "f:1", "f:live", "f:$LATEST", strings.Repeat("f", 64)},
			[]string{"", strings.Repeat("f", 65), "f:", "f:*", "f*", "a.b", "f:1:2"},
			"f:live", "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:live", "arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME",
		},
		{
			Queue,
			[]string{"q", "q.fifo", strings.Repeat("q", 80), strings.Repeat("q", 75) + ".fifo"},
			[]string{"", ".fifo", strings.Repeat("q", 81), strings.Repeat("q", 76) + ".fifo", "q.std", "q*"},
			"q", "arn:aws-cn:sqs:cn-north-1:123456789012:q", "arn:PARTITION:sqs:REGION:ACCOUNT:NAME",
		},
		{
			Topic,
			[]string{"t", "t.fifo", strings.Repeat("t", 256), strings.Repeat("t", 251) + ".fifo"},
			[]string{"", strings.Repeat("t", 257), strings.Repeat("t", 252) + ".fifo", "t?"},
			"t", "arn:aws-cn:sns:cn-north-1:123456789012:t", "arn:PARTITION:sns:REGION:ACCOUNT:NAME",
		},
		{
			StateMachine,
			[]string{"m", "m:1", "m:live", "a.b+c", strings.Repeat("m", 80)},
			[]string{"", strings.Repeat("m", 81), "m:", "m*", "a b"},
			"m", "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:m", "arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME",
		},
		{
			Secret,
			[]string{"s", "rds!db-1", "a/b", strings.Repeat("s", 519)},
			[]string{"", strings.Repeat("s", 520), "s*", "s:key"},
			"s", "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:s", "arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf",
		},
		{
			Key,
			[]string{"mrk-1234", "12345678-1234-1234-1234-123456789012"},
			[]string{"", "alias/x", "*", strings.Repeat("k", 65)},
			"k", "arn:aws-cn:kms:cn-north-1:123456789012:key/k", "arn:PARTITION:kms:REGION:ACCOUNT:key/ID",
		},
		{
			TaskDefinition,
			[]string{"transcode"}, []string{"transcode:1", "a/b", "*"},
			"x", "arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/x", "arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/NAME",
		},
		{
			Form{Service: "s3", NoPlace: true}, nil, nil,
			"bucket", "arn:aws-cn:s3:::bucket", "arn:PARTITION:s3:::NAME",
		},
	} {
		for _, good := range test.good {
			if !test.form.Name.MatchString(good) {
				t.Errorf("%s refuses %q", test.form.Service, good)
			}
		}
		for _, bad := range test.bad {
			if test.form.Name.MatchString(bad) {
				t.Errorf("%s takes %q", test.form.Service, bad)
			}
		}
		if got := test.form.ARN(test.name, place); got != test.arn {
			t.Errorf("ARN of %s is %s, want %s", test.name, got, test.arn)
		}
		if got := test.form.ARN(test.arn, arn.Place{}); got != test.arn {
			t.Errorf("ARN of %s is %s", test.arn, got)
		}
		a, err := arn.Parse(test.arn)
		if name, ok := test.form.NameIn(a); err != nil || !ok || name != test.name {
			t.Errorf("name in %s is %q, %t", test.arn, name, ok)
		}
		if got := test.form.Shape(); got != test.shape {
			t.Errorf("shape %s, want %s", got, test.shape)
		}
	}
	if got := Queue.ARN("", place); got != "" {
		t.Errorf("ARN of no queue is %q", got)
	}
	for form, text := range map[*Form]string{
		&Function: "arn:aws:sqs:us-east-1:123456789012:function:f", &Key: "arn:aws:kms:us-east-1:123456789012:alias/a",
		&StateMachine: "arn:aws:states:us-east-1:123456789012:execution:m:1",
	} {
		if a, err := arn.Parse(text); err != nil {
			t.Error(err)
		} else if name, ok := form.NameIn(a); ok {
			t.Errorf("%s has the name %q", text, name)
		}
	}
}

func TestIsFamilyARN(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"arn:aws:ecs:us-east-1:123456789012:task-definition/transcode":   true,
		"arn:aws:ecs:us-east-1:123456789012:task-definition/transcode:3": false,
		"arn:aws:ecs:us-east-1:123456789012:task-definition/trans*":      false,
		"arn:aws:ecs:us-east-1:123456789012:task-definition/a/b":         false,
		"arn:aws:ecs:us-east-1:123456789012:task-definition/":            false,
		"arn:aws:ecs:us-east-1:123456789012:task/default/0":              false,
		"arn:aws:sqs:us-east-1:123456789012:task-definition/transcode":   false,
		"transcode": false,
		"":          false,
	} {
		if got := IsFamilyARN(text); got != want {
			t.Errorf("IsFamilyARN(%q) is %t", text, got)
		}
	}
}

func TestSplitRevision(t *testing.T) {
	t.Parallel()
	const family = "arn:aws:ecs:us-east-1:123456789012:task-definition/transcode"
	for text, want := range map[string][2]string{
		family:        {family, ""},
		family + ":7": {family, "7"},
		"":            {"", ""},
	} {
		if f, r := SplitRevision(text); f != want[0] || r != want[1] {
			t.Errorf("SplitRevision(%q): %q, %q", text, f, r)
		}
	}
}

func TestCheckDescription(t *testing.T) {
	t.Parallel()
	if err := CheckDescription(strings.Repeat("ä", MaxDescription)); err != nil {
		t.Error(err)
	}
	if err := CheckDescription(strings.Repeat("a", MaxDescription+1)); err == nil || err.Error() != "a description has at most 512 characters; this one has 513" {
		t.Error(err)
	}
}
