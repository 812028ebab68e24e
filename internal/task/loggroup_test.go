package task

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckRetention(t *testing.T) {
	for _, days := range []int64{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653} {
		if err := CheckRetention(days); err != nil {
			t.Errorf("%d: %s", days, err)
		}
	}
	if len(Retentions) != 23 || !slices.IsSorted(Retentions) || !slices.Contains(Retentions, DefaultRetention) {
		t.Errorf("retentions are %v", Retentions)
	}
	const all = "CloudWatch Logs keeps events for 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days (0 is for ever), not for "
	for days, want := range map[int64]string{
		31:    all + "31; the nearest is 30",
		2:     all + "2; the nearest is 1",
		364:   all + "364; the nearest is 365",
		10000: all + "10000; the nearest is 3653",
		-1:    all + "-1; the nearest is 1", // never "for ever"
	} {
		if err := CheckRetention(days); textOf(err) != want {
			t.Errorf("%d:\n got %q\nwant %q", days, err, want)
		}
	}
	if CheckRetention(math.MaxInt64) == nil || CheckRetention(math.MinInt64) == nil {
		t.Error("there is no retention of all days")
	}
}

func TestCheckLogGroupName(t *testing.T) {
	const rule = "a log group's name has 1 to 512 letters, digits and characters of _ - / . #; "
	checks(t, CheckLogGroupName, map[string]string{
		"/ecs/transcode":         "",
		"A_b-/.9":                "",
		"/team#1/app":            `CloudWatch Logs cannot tag a log group with # in its name: choose another, or make the group elsewhere and give its ARN by log_group.arn; this one is "/team#1/app"`,
		"/aws/x":                 "",
		strings.Repeat("g", 512): "",
		"aws/x":                  "a log group's name must not begin with aws/, which AWS keeps for itself; /aws/ is allowed",
		"":                       rule + `this one is ""`,
		"a:b":                    rule + `this one is "a:b"`,
		"/ecs/*":                 rule + `this one is "/ecs/*"`,
		strings.Repeat("g", 513): rule + "this one has 513 characters",
	})
}

func TestCheckLogGroupARN(t *testing.T) {
	const form = "the ARN of a log group is arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME; this one is "
	checks(t, CheckLogGroupARN, map[string]string{
		"arn:aws:logs:us-east-1:123456789012:log-group:/shared":       "",
		"arn:aws-cn:logs:cn-north-1:123456789012:log-group:/shared:*": "",
		"":                    form + `""`,
		"/shared":             form + `"/shared"`,
		"arn:aws:s3:::bucket": form + `"arn:aws:s3:::bucket"; it is the ARN of an S3 bucket or object`,
		"arn:aws:logs:us-east-1:123456789012:destination:x":              form + `"arn:aws:logs:us-east-1:123456789012:destination:x"; it is an ARN of logs`,
		"arn:aws:logs:*:123456789012:log-group:x":                        form + `"arn:aws:logs:*:123456789012:log-group:x"`,
		"arn:aws:logs:::log-group:x":                                     form + `"arn:aws:logs:::log-group:x"`,
		"arn:aws:logs:us-east-1:123456789012:log-group:*":                "a log group's name has 1 to 512 letters, digits and characters of _ - / . #; this one is \"*\"",
		"arn:aws:logs:us-east-1:123456789012:log-group:x:log-stream:y":   "a log group's name has 1 to 512 letters, digits and characters of _ - / . #; this one is \"x:log-stream:y\"",
		"arn:aws:logs:us-east-1:123456789012:log-group:":                 "a log group's name has 1 to 512 letters, digits and characters of _ - / . #; this one is \"\"",
		"arn:aws:logs:us-east-1:123456789012:log-group:/team/*/shared:*": "a log group's name has 1 to 512 letters, digits and characters of _ - / . #; this one is \"/team/*/shared\"",
	})
}

// An adopted group keeps its tags.
func TestLogGroup_TagChange(t *testing.T) {
	want := map[string]string{"team": "media", TagUnit: "u"}
	own := LogGroup{}.TagChange(map[string]string{"team": "old", "more": "x", TagUnit: "u"}, want)
	if diff := cmp.Diff(TagChange{Set: map[string]string{"team": "media"}, Remove: []string{"more"}}, own); diff != "" {
		t.Errorf("own, -want +got:\n%s", diff)
	}
	marked := LogGroup{}.TagChange(map[string]string{"team": "media", TagUnit: "u", TagAdopted: "true"}, want)
	if diff := cmp.Diff(TagChange{Set: map[string]string{}, Remove: []string{TagAdopted}}, marked); diff != "" {
		t.Errorf("one that was not adopted: %s", diff)
	}
	unmarked := LogGroup{Adopted: true}.TagChange(map[string]string{"team": "media", TagUnit: "u"}, want)
	if diff := cmp.Diff(TagChange{Set: map[string]string{TagAdopted: "true"}}, unmarked); diff != "" {
		t.Error(diff)
	}
	adopted := LogGroup{Adopted: true}.TagChange(map[string]string{"team": "old", "more": "x", TagUnit: "u", TagAdopted: "true"}, want)
	if diff := cmp.Diff(TagChange{Set: map[string]string{"team": "media"}}, adopted); diff != "" {
		t.Errorf("adopted, -want +got:\n%s", diff)
	}
}

// There is a group of the unit's exactly where a container writes to it, in the task's region.
func TestSpec_WithDefaults_logGroup(t *testing.T) {
	file := func(options map[string]string) func(*Spec) {
		return func(s *Spec) {
			s.Base = &Definition{ContainerDefinitions: []Container{{Name: "a", Image: "b", LogConfiguration: &LogConfiguration{LogDriver: AWSLogs, Options: options}}}}
		}
	}
	for name, test := range map[string]struct {
		edit func(*Spec)
		want bool
	}{
		"nothing said":               {func(*Spec) {}, true},
		"the region said":            {logsTo(map[string]string{"awslogs-region": "us-east-1"}), true},
		"another region":             {logsTo(map[string]string{"awslogs-region": "eu-west-1"}), false},
		"another group":              {logsTo(map[string]string{"awslogs-group": "/other"}), false},
		"another region, but wanted": {edits(logsTo(map[string]string{"awslogs-region": "eu-west-1"}), func(s *Spec) { s.LogGroup.Wanted = true }), true},
		"a file's":                   {file(map[string]string{"awslogs-group": "/ecs/transcode", "awslogs-region": "us-east-1"}), true},
		"a file's, of no region":     {file(map[string]string{"awslogs-group": "/ecs/transcode"}), true},
		"a file's, elsewhere":        {file(map[string]string{"awslogs-group": "/ecs/transcode", "awslogs-region": "eu-west-1"}), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := specIn(virginia, test.edit)
			if s.LogGroup.Managed() != test.want {
				t.Errorf("there is a group: %t", s.LogGroup.Managed())
			}
			d, err := s.Definition()
			if err != nil || d.ContainerDefinitions[0].LogConfiguration.Options[LogGroupOption] == "" {
				t.Errorf("the container writes to no group: %v", err)
			}
		})
	}
}

// A task has a log group again that a task of its name has kept, and no other.
func TestLogGroup_CanResume(t *testing.T) {
	t.Parallel()
	g := LogGroup{Name: "/ecs/a", Class: "STANDARD"}
	for name, c := range map[string]struct {
		tags  map[string]string
		class string
		want  bool
	}{
		"kept":             {map[string]string{TagKept: "a", "team": "video"}, "STANDARD", true},
		"class unknown":    {map[string]string{TagKept: "a"}, "", true},
		"of another class": {map[string]string{TagKept: "a"}, "INFREQUENT_ACCESS", false},
		"of another task":  {map[string]string{TagKept: "b"}, "STANDARD", false},
		"of a live unit":   {map[string]string{TagKept: "a", TagUnit: "unit"}, "STANDARD", false},
		"adopted":          {map[string]string{TagKept: "a", TagAdopted: "true"}, "STANDARD", false},
		"not kept":         {nil, "STANDARD", false},
	} {
		if have := g.CanResume(ObservedLogGroup{Name: g.Name, Tags: c.tags, Class: c.class}, "a"); have != c.want {
			t.Errorf("%s: %t", name, have)
		}
	}
}
