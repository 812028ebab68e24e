package task

import (
	"strings"
	"testing"
)

func TestCheckVariablePrefix(t *testing.T) {
	const rule = "a prefix of the names of variables has letters, digits and underscores, no digit first; "
	checks(t, CheckVariablePrefix, map[string]string{
		"":         "",
		"PUBLISH_": "",
		"_a9":      "",
		"A-":       rule + `"A-" has others`,
		"1_":       rule + `"1_" has others`,
		"A=":       rule + `"A=" has others`,
		"Ä":        rule + `"Ä" has others`,
	})
}

func TestCheckVariable(t *testing.T) {
	checks(t, CheckVariable, map[string]string{
		"MODE":       "",
		"aws_region": "",
		"AWS_REGION": "",
		"with blank": "",
		"AWS_ECS":    "",
		"AWS_ECS_X":  "",
		"":           "the name of an environment variable must not be empty",
		"A=B":        `the name of an environment variable has no = and no NUL character; this one is "A=B"`,
		"A\x00":      `the name of an environment variable has no = and no NUL character; this one is "A\x00"`,
	})
}

func TestCheckCommand(t *testing.T) {
	const several = `one element with blanks is the name of one program, blanks included; write each word as an element of its own, or ["sh", "-c", "…"] for a shell to split it`
	for _, test := range []struct {
		words []string
		want  string
	}{
		{nil, ""},
		{[]string{}, ""},
		{[]string{""}, ""},
		{[]string{"transcode"}, ""},
		{[]string{" transcode "}, ""},
		{[]string{"transcode", "all of it"}, ""},
		{[]string{"sh", "-c", "transcode --all"}, ""},
		{[]string{"transcode --all"}, several},
	} {
		if err := CheckCommand(test.words); textOf(err) != test.want {
			t.Errorf("%q: %q, want %q", test.words, err, test.want)
		}
	}
}

// A shell takes the command for its script, whichever of its other options stand beside -c.
func TestSpec_Check_shellFlags(t *testing.T) {
	for flags, questioned := range map[string]bool{
		"sh -c": false, "/bin/sh -ec": false, "bash -lc": false, "sh -xc": false, "bash -euxo pipefail -c": false, "sh -ce": false, "tini -- sh -euc": false,
		"cmd /S /C": false, "powershell -Command": false,
		"": true, "app": true, "app -config": true, "sh -e": true, "env": true,
	} {
		got := checked(func(s *Spec) { s.Main.EntryPoint, s.Main.Command = strings.Fields(flags), []string{"echo one two"} })
		if (len(got) > 0) != questioned {
			t.Errorf("%q: %v", flags, got)
		}
	}
}

func TestCheckPlatform(t *testing.T) {
	for _, architecture := range append([]string{""}, Architectures...) {
		for _, os := range append([]string{""}, OperatingSystems...) {
			want := ""
			if architecture == "ARM64" && os != "" && os != "LINUX" {
				want = "ECS runs ARM64 on LINUX only; with " + os + " the architecture is X86_64"
			}
			if err := CheckPlatform(architecture, os); textOf(err) != want {
				t.Errorf("%s on %s: %q, want %q", architecture, os, err, want)
			}
		}
	}
}
