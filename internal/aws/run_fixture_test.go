package aws

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

func readAll(r io.ReadCloser) string {
	defer r.Close()
	text, _ := io.ReadAll(r) // what cannot be read is empty
	return string(text)
}

// messagesIn are the lines of a PutLogEvents.
func messagesIn(body string) []string {
	var in struct{ LogEvents []struct{ Message string } }
	_ = json.Unmarshal([]byte(body), &in) // the stage's own
	var out []string
	for _, e := range in.LogEvents {
		out = append(out, e.Message)
	}
	return out
}

// eventsAfter is the answer to GetLogEvents: what comes after a token, which repeats at the end.
func eventsAfter(lines []string, token string) string {
	from, _ := strconv.Atoi(token)
	events := []map[string]any{}
	for _, line := range lines[min(from, len(lines)):] {
		events = append(events, map[string]any{"timestamp": 1, "ingestionTime": 1, "message": line})
	}
	text, err := json.Marshal(map[string]any{"events": events, "nextForwardToken": strconv.Itoa(len(lines)), "nextBackwardToken": "0"})
	if err != nil {
		panic(fmt.Sprint(err)) // texts cannot fail
	}
	return string(text)
}

// clientToken is the token of a RunTask.
func clientToken(body string) string {
	var in struct{ ClientToken string }
	_ = json.Unmarshal([]byte(body), &in) // the SDK's own
	return in.ClientToken
}
