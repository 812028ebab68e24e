package task

import (
	"errors"
	"fmt"
	"strings"
)

// SplitCommand splits a line into words as a POSIX shell does
// (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02): blanks separate words, and
// quotes and backslashes keep characters together. A container runs no shell, so what a shell would interpret (an
// unquoted operator, variable, pattern or comment) is an error that names it.
func SplitCommand(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	end := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\n':
			end()
		case '\\':
			if i++; i == len(line) {
				return nil, errors.New("the line ends with a backslash")
			}
			if line[i] != '\n' { // a line that goes on
				word.WriteByte(line[i])
				inWord = true
			}
		case '\'':
			length := strings.IndexByte(line[i+1:], '\'')
			if length < 0 {
				return nil, fmt.Errorf("the single quote at character %d is not closed", characters(line[:i])+1)
			}
			word.WriteString(line[i+1 : i+1+length])
			i += length + 1
			inWord = true
		case '"':
			text, length, err := inDoubleQuotes(line, i)
			if err != nil {
				return nil, err
			}
			word.WriteString(text)
			i += length
			inWord = true
		case '|', '&', ';', '<', '>', '(', ')', '$', '`', '*', '?', '[':
			return nil, shellCharacter(line, i)
		case '~', '#':
			if !inWord {
				return nil, shellCharacter(line, i)
			}
			fallthrough
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	end()
	return words, nil
}

// inDoubleQuotes is the text in the quotes that open at a byte of a line, and how many bytes follow up to the closing
// one.
func inDoubleQuotes(line string, at int) (string, int, error) {
	var text strings.Builder
	for i := at + 1; i < len(line); i++ {
		switch c := line[i]; c {
		case '"':
			return text.String(), i - at, nil
		case '$', '`':
			return "", 0, shellCharacter(line, i)
		case '\\':
			if i+1 < len(line) && strings.IndexByte("$`\"\\\n", line[i+1]) >= 0 {
				if i++; line[i] != '\n' {
					text.WriteByte(line[i])
				}
				continue
			}
			text.WriteByte(c) // stays, before any other character
		default:
			text.WriteByte(c)
		}
	}
	return "", 0, fmt.Errorf("the double quote at character %d is not closed", characters(line[:at])+1)
}

func shellCharacter(line string, at int) error {
	return fmt.Errorf("%q at character %d is for a shell, and a container runs none: put it in single quotes if it is meant as it is, or write [\"sh\", \"-c\", \"…\"] for an image that has a shell",
		line[at], characters(line[:at])+1)
}

func characters(s string) int { return len([]rune(s)) }
