package task

import "strings"

// CheckVariable says what is wrong with the name of an environment variable, or "".
// ECS keeps the names that begin with AWS_ECS to itself.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/taskdef-envfiles.html
func CheckVariable(key string) string {
	switch {
	case key == "":
		return "the name of an environment variable must not be empty"
	case strings.HasPrefix(key, "AWS_ECS"):
		return "ECS keeps names that begin with AWS_ECS to itself; " + described(key)
	case strings.ContainsAny(key, "=\x00"):
		return "the name of an environment variable has no = and no NUL character; " + described(key)
	}
	return ""
}

// CheckCommand says what looks wrong with a command or entry point, or "": one element with
// blanks is a program whose name has blanks, and nearly always meant as several words.
func CheckCommand(words []string) string {
	if len(words) != 1 || !strings.Contains(strings.TrimSpace(words[0]), " ") {
		return ""
	}
	return "one element with blanks is the name of one program, blanks included; " +
		"write each word as an element of its own, or [\"sh\", \"-c\", \"…\"] for a shell to split it"
}
