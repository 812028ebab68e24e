package arn

import (
	"strings"
	"testing"
)

func TestPlace(t *testing.T) {
	place := Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}
	if got, want := place.Regional("ecs", "cluster/default"), "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/default"; got != want {
		t.Errorf("Regional: %s, want %s", got, want)
	}
	if got, want := place.Global("iam", "role/tasks/x"), "arn:aws-cn:iam::123456789012:role/tasks/x"; got != want {
		t.Errorf("Global: %s, want %s", got, want)
	}
	if !place.Complete() {
		t.Errorf("%+v is not complete", place)
	}
	for _, p := range []Place{
		{Region: place.Region, Account: place.Account},
		{Partition: place.Partition, Account: place.Account},
		{Partition: place.Partition, Region: place.Region},
	} {
		if p.Complete() {
			t.Errorf("%+v is complete", p)
		}
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		text string
		want ARN
		name string
	}{
		{
			"arn:aws:iam::123456789012:role/service/path/app",
			ARN{"aws", "iam", "", "123456789012", "role/service/path/app"},
			"app",
		},
		{
			"arn:aws:iam::aws:policy/ReadOnlyAccess",
			ARN{"aws", "iam", "", "aws", "policy/ReadOnlyAccess"},
			"ReadOnlyAccess",
		},
		{
			"arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/ecs/x:*",
			ARN{"aws-us-gov", "logs", "us-gov-west-1", "123456789012", "log-group:/ecs/x:*"},
			"x:*",
		},
		{
			"arn:aws:s3:::bucket",
			ARN{"aws", "s3", "", "", "bucket"},
			"bucket",
		},
	} {
		got, err := Parse(test.text)
		switch {
		case err != nil:
			t.Errorf("%s: %v", test.text, err)
		case got != test.want:
			t.Errorf("%s: %+v, want %+v", test.text, got, test.want)
		case got.String() != test.text:
			t.Errorf("%s comes back as %s", test.text, got)
		case got.Name() != test.name:
			t.Errorf("%s: name %q, want %q", test.text, got.Name(), test.name)
		case got.Place() != Place{test.want.Partition, test.want.Region, test.want.Account}:
			t.Errorf("%s: place %+v", test.text, got.Place())
		}
	}
}

// What is read as an ARN goes on into policies, so none of its heads may be a pattern.
func TestParse_refused(t *testing.T) {
	for _, text := range []string{
		"",
		"arn:",
		"role",
		"arn:aws:iam::123456789012",
		"arn:aws:iam::123456789012:",
		"arn::iam::123456789012:role/x",
		"arn:aws:::123456789012:role/x",
		"ARN:aws:iam::123456789012:role/x",
		" arn:aws:iam::123456789012:role/x",
		"arn:*:iam::123456789012:role/x",
		"arn:aws:*::123456789012:role/x",
		"arn:aws:ecs:*:123456789012:cluster/x",
		"arn:aws:ecs:us-east-?:123456789012:cluster/x",
		"arn:aws:ecs:us-east-1:*:cluster/x",
		`arn:aws:ecs:us-east-1:1","*:cluster/x`,
		"arn:aws:ecs:us-east-1:${aws:PrincipalAccount}:cluster/x",
		"arn:aws:ecs:us-east-1\n:123456789012:cluster/x",
	} {
		a, err := Parse(text)
		if err == nil {
			t.Errorf("%q is read as %+v", text, a)
			continue
		}
		if !strings.Contains(err.Error(), "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE") {
			t.Errorf("%q: the error does not say what an ARN looks like: %v", text, err)
		}
	}
}

// A part is looked up by the name in an ARN only in the ARN's own partition, region and account.
func TestPlace_NameIn(t *testing.T) {
	t.Parallel()
	home := Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}
	for given, want := range map[string]string{
		"api":                                "api",
		"arn:aws:iam::123456789012:role/api": "api",
		"arn:aws:iam::123456789012:role/tasks/api":         "api",
		"arn:aws:ecs:us-east-1:123456789012:cluster/batch": "batch",
		"":                                      "",
		"arn:aws:iam::999999999999:role/api":    "",
		"arn:aws-cn:iam::123456789012:role/api": "",
		"arn:aws-us-gov:iam::123456789012:role/api":        "",
		"arn:aws:iam:::role/api":                           "",
		"arn:aws:iam::aws:role/api":                        "",
		"arn:aws:ecs:eu-west-1:123456789012:cluster/batch": "",
		"arn:aws:iam::123456789012":                        "",
	} {
		if name, ok := home.NameIn(given); name != want || ok != (want != "") {
			t.Errorf("%q: %q, %t, want %q", given, name, ok, want)
		}
	}
	for _, nowhere := range []Place{{}, {Partition: "aws", Region: "us-east-1"}, {Region: "us-east-1", Account: "123456789012"}} {
		if name, ok := nowhere.NameIn("arn:aws:iam::123456789012:role/api"); ok {
			t.Errorf("%+v: %q", nowhere, name)
		}
		if name, ok := nowhere.NameIn("api"); !ok || name != "api" {
			t.Errorf("%+v: %q, %t", nowhere, name, ok)
		}
	}
}

// Each part of a place counts; what is not known on one side does not.
func TestPlace_Elsewhere(t *testing.T) {
	t.Parallel()
	home := Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}
	for text, want := range map[string]string{
		"arn:aws-cn:ecs:cn-north-1:123456789012:cluster/c": "",
		"arn:aws-cn:iam::123456789012:role/r":              "",
		"arn:aws-cn:iam::aws:policy/p":                     "",
		"arn:aws-cn:s3:::bucket":                           "",
		"arn:aws:ecs:cn-north-1:123456789012:cluster/c":    "partition aws",
		"arn:aws:iam::aws:policy/p":                        "partition aws",
		"arn:aws:ecs:us-east-1:999999999999:cluster/c":     "partition aws",
		"arn:aws-cn:ecs:cn-northwest-1:123456789012:x":     "region cn-northwest-1",
		"arn:aws-cn:ecs:cn-north-1:999999999999:cluster/c": "account 999999999999",
	} {
		a, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		theirs, ours := home.Elsewhere(a)
		if theirs != want || (ours != "") != (want != "") {
			t.Errorf("%s: %q, %q, want %q", text, theirs, ours, want)
		}
		if theirs, _ := (Place{}).Elsewhere(a); theirs != "" {
			t.Errorf("%s: %q of no place", text, theirs)
		}
	}
}

func TestIs(t *testing.T) {
	for text, want := range map[string]bool{
		"arn:aws:iam::1:role/x": true,
		"arn:broken":            true, // meant as one, so that it is judged as one
		"arnold":                false,
		"":                      false,
	} {
		if got := Is(text); got != want {
			t.Errorf("Is(%q) is %t", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"arn:aws:iam::123456789012:role/x", "arn:aws:s3:::b", "arn:::::", "arn:aws:ecs:*:*:cluster/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if err != nil {
			return
		}
		if a.String() != text {
			t.Errorf("%q comes back as %q", text, a)
		}
		if strings.ContainsAny(a.Partition+a.Service+a.Region+a.Account, "*?\"$ ") {
			t.Errorf("%q has a pattern before its resource", text)
		}
	})
}
