package task

import (
	"slices"
	"strings"
	"testing"
)

func TestSplitCommand(t *testing.T) {
	for line, want := range map[string][]string{
		"":                             nil,
		"  \t\n":                       nil,
		"bin/migrate":                  {"bin/migrate"},
		"bin/migrate  --all":           {"bin/migrate", "--all"},
		`say 'a b' "c d"`:              {"say", "a b", "c d"},
		`say 'it'"'"'s'`:               {"say", "it's"},
		`say a\ b \'`:                  {"say", "a b", "'"},
		`say ""`:                       {"say", ""},
		`say "" ''x`:                   {"say", "", "x"},
		`say "\$HOME \"x\" \a \\"`:     {"say", `$HOME "x" \a \`},
		`say '$HOME | * > ; \'`:        {"say", `$HOME | * > ; \`},
		"one \\\n two":                 {"one", "two"},
		"on\\\ne":                      {"one"},
		"a=b#c ä~ --x=~/y":             {"a=b#c", "ä~", "--x=~/y"},
		`python -c 'print("é")'`:       {"python", "-c", `print("é")`},
		`curl https://example.com/x%y`: {"curl", "https://example.com/x%y"},
	} {
		got, err := SplitCommand(line)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q has the words %q, %v; want %q", line, got, err, want)
		}
	}
}

func TestSplitCommand_refused(t *testing.T) {
	for line, says := range map[string]string{
		`echo $HOME`:       `'$' at character 6`,
		`echo "$HOME"`:     `'$' at character 7`,
		"echo `date`":      "'`' at character 6",
		`a | b`:            `'|' at character 3`,
		`a && b`:           `'&' at character 3`,
		`a; b`:             `';' at character 2`,
		`a > b`:            `'>' at character 3`,
		`a < b`:            `'<' at character 3`,
		`(a)`:              `'(' at character 1`,
		`ls *.sql`:         `'*' at character 4`,
		`ls a?`:            `'?' at character 5`,
		`ls [a]`:           `'[' at character 4`,
		`ls ~/x`:           `'~' at character 4`,
		`ls # all of them`: `'#' at character 4`,
		`ä | b`:            `'|' at character 3`,
		`say 'a`:           "the single quote at character 5 is not closed",
		`say "a`:           "the double quote at character 5 is not closed",
		`say \`:            "ends with a backslash",
	} {
		if words, err := SplitCommand(line); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q has the words %q, %v; want an error with %q", line, words, err, says)
		}
	}
}

// Words that are quoted come back as they were.
func FuzzSplitCommand(f *testing.F) {
	for _, word := range []string{"", "a", "a b", "it's", `"`, `\`, "$x", "\n", "é|*", "'''"} {
		f.Add(word, "x")
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		line := ""
		for _, word := range []string{one, other} {
			line += " '" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words, err := SplitCommand(line)
		if err != nil || !slices.Equal(words, []string{one, other}) {
			t.Errorf("%q has the words %q: %v", line, words, err)
		}
		_, _ = SplitCommand(one) // does not panic
	})
}
