package task

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		RoleName("", "transcode", "us-east-1", ExecutionRole):  "transcode-us-east-1-execution",
		RoleName("", "transcode", "us-east-1", TaskRole):       "transcode-us-east-1-task",
		RoleName("video.", "transcode", "us-east-1", TaskRole): "video.transcode-us-east-1-task",
		LogGroupName("transcode"):                              "/ecs/transcode",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// The part of a name that is cut is replaced by a hash, the same in every release: the names exist in users'
// accounts.
func TestShorten(t *testing.T) {
	for _, test := range []struct {
		name, suffix string
		limit        int
		want         string
	}{
		{"abc", "-x", 5, "abc-x"},
		{"abcdefghijkl", "-x", 14, "abcdefghijkl-x"},
		{"abcdefghijklm", "-x", 14, "abc-ff10304f-x"},
		{"abc-efghijklmn", "-x", 15, "abc-3027b9fe-x"}, // no hyphen before the hash's own
		{"abc_efghijklmn", "-x", 15, "abc-290a9cf7-x"},
		{strings.Repeat("a", 60), "-us-east-1-execution", 64, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-11ee3912-us-east-1-execution"},
	} {
		if got := Shorten(test.name, test.suffix, test.limit); got != test.want {
			t.Errorf("%s%s in %d: %s, want %s", test.name, test.suffix, test.limit, got, test.want)
		}
	}
}

func TestShorten_properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z0-9_-]{1,255}`).Draw(t, "name")
		region := rapid.SampledFrom([]string{"us-east-1", "ap-southeast-7", "us-gov-west-1", "eu-isoe-west-1"}).Draw(t, "region")
		for _, kind := range RoleKinds {
			prefix := rapid.StringMatching(`(?:[A-Za-z0-9+=,.@_-]{1,30})?`).Draw(t, "prefix")
			if err := CheckRoleNamePrefix(prefix); err != nil && prefix != "" {
				t.Fatal(err)
			}
			got := RoleName(prefix, name, region, kind)
			if err := CheckRoleName(got); err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(got, "-"+region+"-"+string(kind)) {
				t.Fatalf("%s does not tell region and kind", got)
			}
			if again := RoleName(prefix, name, region, kind); again != got {
				t.Fatalf("%s, and then %s", got, again)
			}
			if whole := prefix + name + "-" + region + "-" + string(kind); len(whole) <= awsname.Role.Max && got != whole {
				t.Fatalf("%s was shortened to %s", whole, got)
			}
		}
	})
}

// Names that begin alike, end alike or differ in what is cut off stay apart.
func TestShorten_distinct(t *testing.T) {
	names := map[string]string{}
	long := strings.Repeat("media-pipeline-", 10)
	for i := range 2000 {
		for _, name := range []string{
			fmt.Sprintf("%s%d", long, i),
			fmt.Sprintf("%d%s", i, long),
			fmt.Sprintf("task%d", i),
			long + strings.Repeat("-", i%90) + fmt.Sprint(i),
		} {
			for _, kind := range RoleKinds {
				short := strings.ToLower(RoleName("", name, "us-east-1", kind)) // as IAM compares them
				key := name + "/" + string(kind)
				if other, ok := names[short]; ok && other != key {
					t.Fatalf("%s and %s are both %s", other, key, short)
				}
				names[short] = key
			}
		}
	}
}

func TestCheckRoleNamePrefix(t *testing.T) {
	checks(t, CheckRoleNamePrefix, map[string]string{
		"video-":                "",
		"Team.A@":               "",
		strings.Repeat("p", 30): "",
		strings.Repeat("p", 31): "a prefix of a role name has 1 to 30 letters, digits and characters of + = , . @ _ -, as the rest of the name follows it; this one is " + fmt.Sprintf("%q", strings.Repeat("p", 31)),
		"":                      `a prefix of a role name has 1 to 30 letters, digits and characters of + = , . @ _ -, as the rest of the name follows it; this one is ""`,
		"a b":                   `a prefix of a role name has 1 to 30 letters, digits and characters of + = , . @ _ -, as the rest of the name follows it; this one is "a b"`,
	})
}

func TestCheckName(t *testing.T) {
	checks(t, CheckName, map[string]string{
		"transcode":              "",
		"A_b-9":                  "",
		"-":                      "",
		strings.Repeat("n", 255): "",
		"":                       `a name has 1 to 255 letters, digits, hyphens and underscores; this one is ""`,
		"two words":              `a name has 1 to 255 letters, digits, hyphens and underscores; this one is "two words"`,
		"a.b":                    `a name has 1 to 255 letters, digits, hyphens and underscores; this one is "a.b"`,
		"naïve":                  `a name has 1 to 255 letters, digits, hyphens and underscores; this one is "naïve"`,
		"line\n":                 `a name has 1 to 255 letters, digits, hyphens and underscores; this one is "line\n"`,
		strings.Repeat("n", 300): "a name has 1 to 255 letters, digits, hyphens and underscores; this one has 300 characters",
	})
}

func TestCheckRoleName(t *testing.T) {
	const rule = "a role name has 1 to 64 letters, digits and characters of + = , . @ _ -; "
	checks(t, CheckRoleName, map[string]string{
		"a+=,.@_-Z9":            "",
		strings.Repeat("r", 64): "",
		"":                      rule + `this one is ""`,
		strings.Repeat("r", 65): rule + `this one is "` + strings.Repeat("r", 65) + `"`,
		"path/role":             rule + `this one is "path/role"`,
		"a b":                   rule + `this one is "a b"`,
	})
}

func TestCheckRolePath(t *testing.T) {
	const rule = "a path begins and ends with a slash and has at most 512 characters, none of them * ? $, as in /tasks/; "
	checks(t, CheckRolePath, map[string]string{
		"/":                                   "",
		"/tasks/":                             "",
		"/a/b.c!/~/":                          "",
		"/" + strings.Repeat("p", 510) + "/":  "",
		"":                                    rule + `this one is ""`,
		"tasks/":                              rule + `this one is "tasks/"`,
		"/tasks":                              rule + `this one is "/tasks"`,
		"//":                                  rule + `this one is "//"`,
		"/a b/":                               rule + `this one is "/a b/"`,
		"/*/":                                 rule + `this one is "/*/"`,
		"/a?/":                                rule + `this one is "/a?/"`,
		"/${aws:username}/":                   rule + `this one is "/${aws:username}/"`,
		"/" + strings.Repeat("p", 511) + "/":  rule + "this one has 513 characters",
		"/" + strings.Repeat("ü", 100) + "//": rule + "this one has 103 characters",
	})
}

func TestCheckRoleARN(t *testing.T) {
	const rule = "the ARN of a role is arn:PARTITION:iam::ACCOUNT:role/NAME, with a path before the name or without; "
	checks(t, CheckRoleARN, map[string]string{
		"arn:aws:iam::123456789012:role/app":         "",
		"arn:aws-cn:iam::123456789012:role/team/app": "",
		"app":                                    rule + `this one is "app"`,
		"arn:aws:iam::123456789012:user/app":     rule + `this one is "arn:aws:iam::123456789012:user/app"; it is the ARN of an IAM user`,
		"arn:aws:iam::123456789012:role/":        rule + `this one is "arn:aws:iam::123456789012:role/"`,
		"arn:aws:iam::123456789012:role/*":       rule + `this one is "arn:aws:iam::123456789012:role/*"`,
		"arn:aws:iam::123456789012:role/*/app":   rule + `this one is "arn:aws:iam::123456789012:role/*/app"`,
		"arn:aws:iam:::role/app":                 rule + `this one is "arn:aws:iam:::role/app"`,
		"arn:aws:sts::123456789012:role/app":     rule + `this one is "arn:aws:sts::123456789012:role/app"; it is an ARN of sts`,
		"arn:aws:iam::123456789012:role/${x}/ap": rule + `this one is "arn:aws:iam::123456789012:role/${x}/ap"`,
	})
}

func TestCheckPolicyARN(t *testing.T) {
	const rule = "the ARN of a managed policy is arn:PARTITION:iam::ACCOUNT:policy/NAME, with a path before the name or without, and AWS's own have aws for the account; "
	checks(t, CheckPolicyARN, map[string]string{
		"arn:aws:iam::aws:policy/ReadOnlyAccess":                          "",
		"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRole": "",
		"arn:aws-cn:iam::123456789012:policy/a/b/Own+=,.@-_9":             "",
		"arn:aws:iam::123456789012:policy/" + strings.Repeat("p", 128):    "",
		"arn:aws:iam::123456789012:policy/" + strings.Repeat("p", 129):    rule + "this one has 162 characters",
		"arn:aws:iam::123456789012:role/a":                                rule + `this one is "arn:aws:iam::123456789012:role/a"; it is the ARN of an IAM role`,
		"arn:aws:iam::123456789012:policy/":                               rule + `this one is "arn:aws:iam::123456789012:policy/"`,
		"arn:aws:iam:::policy/a":                                          rule + `this one is "arn:aws:iam:::policy/a"`,
		"arn:aws:iam::ours:policy/a":                                      rule + `this one is "arn:aws:iam::ours:policy/a"`,
		"arn:aws:kms::123456789012:policy/a":                              rule + `this one is "arn:aws:kms::123456789012:policy/a"; it is an ARN of kms`,
		"ReadOnlyAccess":                                                  `"ReadOnlyAccess" is not an ARN of the form arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`,
	})
}

func TestCheckRoleDescription(t *testing.T) {
	const rule = "the description of a role has letters and signs of Latin-1 (U+0020 to U+007E, U+00A1 to U+00FF), tabs and line breaks; this one has "
	checks(t, CheckRoleDescription, map[string]string{
		"":                        "",
		"Läuft.\n\tSchön!\r\n":    "",
		strings.Repeat("ÿ", 1000): "",
		strings.Repeat("x", 1001): "the description of a role has at most 1000 characters; this one has 1001",
		"a – b":                   rule + "'–'",
		"a\u00a0b":                rule + `'\u00a0'`,
		"a\x00":                   rule + `'\x00'`,
	})
}

func TestCheckKeyARN(t *testing.T) {
	const rule = "a key is given by its ARN, which ends in key/ID; "
	checks(t, CheckKeyARN, map[string]string{
		"arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab": "",
		"arn:aws:kms:eu-west-1:123456789012:key/*":             rule + `this one is "arn:aws:kms:eu-west-1:123456789012:key/*"`,
		"arn:aws:kms:eu-west-1:123456789012:alias/log":         rule + `this one is "arn:aws:kms:eu-west-1:123456789012:alias/log"; it is the ARN of an alias of a KMS key`,
		"arn:aws:s3:::key/1":                                   rule + `this one is "arn:aws:s3:::key/1"; it is the ARN of an S3 bucket or object`,
		"1234abcd":                                             rule + `this one is "1234abcd"`,
	})
}

// textOf is the text of an error, "" of none.
func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// checks compares what a check says of texts, "" where nothing is wrong.
func checks(t *testing.T, check func(string) error, texts map[string]string) {
	t.Helper()
	for text, want := range texts {
		if got := textOf(check(text)); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

// No text of a user, of AWS or of a foreign tag makes the provider panic.
func FuzzChecks(f *testing.F) {
	for _, seed := range []string{
		"", " ", "a", "default", "*", "arn:aws:ecs:us-east-1:123456789012:cluster/x", "arn:aws:logs:us-east-1:123456789012:log-group:x:*",
		"subnet-0", "sg-0", "/ecs/x", "AWS_ECS", "docker-task:x", "aws:x", "\x00", "\xff\xfe", "é\u2028", strings.Repeat("x", 600), strings.Repeat("\xf6?", 600), "arn:" + strings.Repeat("x", 1200),
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:0",
		"AWS:x", "a\nb", "a,b", "a*", "𝄞", strings.Repeat("é", 129), strings.Repeat("é", 257),
	} {
		f.Add(seed, int64(len(seed)), int64(512))
	}
	f.Fuzz(func(t *testing.T, text string, n, m int64) {
		for name, check := range map[string]func(string) error{
			"CheckName": CheckName, "CheckRoleName": CheckRoleName, "CheckRolePath": CheckRolePath, "CheckRoleARN": CheckRoleARN, "CheckKeyARN": CheckKeyARN,
			"CheckLogGroupName": CheckLogGroupName, "CheckLogGroupARN": CheckLogGroupARN,
			"CheckCluster": CheckCluster, "CheckSubnetID": CheckSubnetID, "CheckSecurityGroupID": CheckSecurityGroupID,
			"CheckImage": CheckImage, "CheckSecret": CheckSecret, "CheckVariable": CheckVariable,
			"CheckTag of a key":   func(s string) error { return CheckTag(s, "") },
			"CheckTag of a value": func(s string) error { return CheckTag("k", s) },
			"CheckCommand":        func(s string) error { return CheckCommand([]string{s}) },
			"CheckPlatform":       func(s string) error { return CheckPlatform("ARM64", s) },
		} {
			if wrong := textOf(check(text)); misformatted(text, wrong) || len(wrong) > 2000 {
				t.Errorf("%s(%q) says %q", name, text, wrong)
			}
		}
		for key, value := range map[string]string{text: "", "k": text} {
			if CheckTag(key, value) == nil && !isTag(key, value) {
				t.Errorf("the tag %q = %q is taken, which AWS refuses", key, value)
			}
		}
		if attribute, err := CheckSize(text, n, m); err != nil && (attribute == "" || misformatted("", err.Error())) {
			t.Errorf("CheckSize(%q, %d, %d): %s: %v", text, n, m, attribute, err)
		}
		EffectiveSize(text, n, m)
		_ = CheckRetention(n)
		repositoryARN(text, "aws")
		LogGroup{ARN: text}.groupName()
		Spec{TaskRole: RoleSpec{ARN: text}}.RoleName(TaskRole)
		if n >= 0 && n < 1000 {
			Shorten(text, "-suffix", int(n))
		}
	})
}

// isTag is AWS's rule for tags, written again in another way.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
func isTag(key, value string) bool {
	strange := func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.Z) && !strings.ContainsRune("_.:/=+-@", r)
	}
	return utf8.ValidString(key+value) && !strings.ContainsFunc(key+value, strange) &&
		utf8.RuneCountInString(key) >= 1 && utf8.RuneCountInString(key) <= 128 && utf8.RuneCountInString(value) <= 256 &&
		!strings.HasPrefix(strings.ToLower(key), "aws:")
}

// misformatted reports whether a message contains an error of fmt.
func misformatted(text, message string) bool {
	return strings.Contains(message, "%!") && !strings.Contains(text, "%")
}

// What AWS takes in one form and answers in another is compared in one.
func TestExpandRole(t *testing.T) {
	for given, want := range map[string]string{
		"":                           "",
		"shop":                       "arn:aws:iam::123456789012:role/shop",
		"arn:aws:iam::1:role/a/shop": "arn:aws:iam::1:role/a/shop",
		"no role":                    "no role",
	} {
		if got := ExpandRole(given, virginia); got != want {
			t.Errorf("%q: %q, not %q", given, got, want)
		}
	}
	if got := ExpandRole("shop", arn.Place{Partition: "aws", Region: "us-east-1"}); got != "shop" {
		t.Errorf("without an account: %q", got)
	}
}

func TestSameKey(t *testing.T) {
	const key, alias = "arn:aws:kms:us-east-1:123456789012:key/1", "arn:aws:kms:us-east-1:123456789012:alias/logs"
	for _, test := range []struct {
		given, answered string
		want            bool
	}{
		{"", "", true}, {key, key, true}, {alias, key, true}, {alias, alias, true},
		{key, alias, false}, {"", key, false}, {alias, "", false}, {key, "arn:aws:kms:us-east-1:123456789012:key/2", false},
		{alias, "arn:aws:kms:eu-west-1:123456789012:key/1", false}, {alias, "arn:aws:kms:us-east-1:210987654321:key/1", false},
	} {
		if got := SameKey(test.given, test.answered); got != test.want {
			t.Errorf("%q and %q: %t", test.given, test.answered, got)
		}
	}
}

func TestCheckSchedulerRole(t *testing.T) {
	const rule = "EventBridge Scheduler takes letters, digits and characters of _ + = , . @ / - in the path of a role; this one is "
	checks(t, CheckSchedulerRole, map[string]string{
		"/": "", "/schedules/": "", "/a+b=c,d.e@f-g_h/": "", "arn:aws:iam::123456789012:role/a/b": "",
		"/a!b/":                               rule + `"/a!b/"`,
		"arn:aws:iam::123456789012:role/a~/b": rule + `"arn:aws:iam::123456789012:role/a~/b"; it is the ARN of an IAM role`,
	})
}
