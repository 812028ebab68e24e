package task

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// CheckVariable checks the name of an environment variable.
// The API reference has no rule for names; a variable of a process cannot have these.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KeyValuePair.html
func CheckVariable(key string) error {
	switch {
	case key == "":
		return errors.New("the name of an environment variable must not be empty")
	case strings.ContainsAny(key, "=\x00"):
		return errors.New("the name of an environment variable has no = and no NUL character; " + described(key))
	}
	return nil
}

// CheckVariablePrefix checks a text that begins the names of environment variables.
func CheckVariablePrefix(prefix string) error {
	if prefix == "" || variablePrefix.MatchString(prefix) {
		return nil
	}
	return fmt.Errorf("a prefix of the names of variables has letters, digits and underscores, no digit first; %q has others", prefix)
}

// variablePrefix is what the name of a variable in a shell can begin with.
// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
var variablePrefix = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// CheckCommand says what looks wrong with a command or entry point, or "": one element with
// blanks is a program whose name has blanks, and nearly always meant as several words.
func CheckCommand(words []string) error {
	if len(words) != 1 || !strings.Contains(strings.TrimSpace(words[0]), " ") {
		return nil
	}
	return errors.New("one element with blanks is the name of one program, blanks included; " +
		"write each word as an element of its own, or [\"sh\", \"-c\", \"…\"] for a shell to split it")
}

// shellFlag is the option after which a shell takes a script as one word: -c, alone or among other
// options of a letter (-ec, -lc, -euxc), and those of Windows's shells.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html
var shellFlag = regexp.MustCompile(`^-[abefhiklmnoprstuvxBCEHPT]*c[abefhiklmnoprstuvxBCEHPT]*$|^(?i:-command|/c)$`)

// endsInShellFlag reports whether an entry point is a shell that takes the command for its script.
func endsInShellFlag(entryPoint []string) bool {
	return len(entryPoint) > 0 && shellFlag.MatchString(entryPoint[len(entryPoint)-1])
}
