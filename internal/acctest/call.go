package acctest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Call is one request to AWS that a [Proxy] saw. An SDK that retries makes several
// calls of one invocation.
type Call struct {
	// Index counts the calls from 1 in the order in which they began.
	Index int
	// Service is the name AWS signs requests with: ecs, iam, logs, ec2, sts.
	Service string
	// Operation is the API's name of the operation, such as RegisterTaskDefinition. For a
	// REST service, which names none, it is the method and path.
	Operation string
	Region    string
	// Invocation is the same for all attempts of one call of an SDK client; Attempt counts
	// them from 1.
	Invocation string
	Attempt    int
	// Begin and End are readings of a counter that goes up with every beginning and every
	// end: one call came after another exactly if its Begin is above the other's End. End
	// is 0 while the call is under way.
	Begin, End int
	// Status is the HTTP status that the caller got; 0 means no answer.
	Status int
	// Body is the request's body.
	Body []byte

	protocol protocol
}

// protocol is how a service writes its requests and errors.
type protocol int

const (
	// protocolJSON is AWS JSON 1.0 and 1.1 (ECS, CloudWatch Logs), and, for errors, close
	// enough to REST JSON (Lambda, Scheduler).
	protocolJSON protocol = iota
	// protocolQuery is AWS Query (IAM, STS).
	protocolQuery
	// protocolEC2 is EC2 Query, with error documents of its own form.
	protocolEC2
)

// String is service and operation: ecs.RegisterTaskDefinition.
func (c Call) String() string { return c.Service + "." + c.Operation }

// Mutating reports whether the operation changes something, by its verb.
func (c Call) Mutating() bool {
	return !readOperation.MatchString(c.Operation)
}

var readOperation = regexp.MustCompile(`^(Get|List|Describe|Head|BatchGet|Simulate|Assume|GET |HEAD )`)

// Field is the value of one top-level string of the request, such as RoleName of an IAM
// call or family of an ECS call; "" if there is none.
func (c Call) Field(name string) string {
	if c.protocol != protocolJSON {
		form, err := url.ParseQuery(string(c.Body))
		if err != nil {
			return ""
		}
		return form.Get(name)
	}
	var fields map[string]any
	if json.Unmarshal(c.Body, &fields) != nil {
		return ""
	}
	value, _ := fields[name].(string)
	return value
}

// On matches the calls of the operations named, as [Call.String] writes them.
func On(names ...string) func(Call) bool {
	return func(c Call) bool {
		for _, name := range names {
			if c.String() == name {
				return true
			}
		}
		return false
	}
}

var credentialScope = regexp.MustCompile(`Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request`)

// parseCall reads from a request all that is known before it is answered.
func parseCall(r *http.Request, body []byte) Call {
	call := Call{
		Operation:  r.Method + " " + r.URL.Path,
		Invocation: r.Header.Get("Amz-Sdk-Invocation-Id"),
		Attempt:    parseAttempt(r.Header.Get("Amz-Sdk-Request")),
		Body:       body,
	}
	if scope := credentialScope.FindStringSubmatch(r.Header.Get("Authorization")); scope != nil {
		call.Region, call.Service = scope[2], scope[3]
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		prefix, operation, _ := strings.Cut(target, ".")
		call.Operation = operation
		if call.Service == "" {
			call.Service = serviceOfTarget(prefix)
		}
		return call
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return call
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || !form.Has("Action") {
		return call
	}
	call.Operation = form.Get("Action")
	call.protocol = protocolQuery
	if call.Service == "" {
		// Of the query services only STS takes requests without a signature.
		call.Service = "sts"
	}
	if call.Service == "ec2" {
		call.protocol = protocolEC2
	}
	return call
}

func serviceOfTarget(prefix string) string {
	switch name, _, _ := strings.Cut(prefix, "_"); {
	case strings.HasPrefix(name, "AmazonEC2ContainerService"):
		return "ecs"
	default:
		return strings.ToLower(name)
	}
}

// parseAttempt reads the SDK's header "attempt=2; max=3".
func parseAttempt(header string) int {
	for part := range strings.SplitSeq(header, ";") {
		if value, found := strings.CutPrefix(strings.TrimSpace(part), "attempt="); found {
			if attempt, err := strconv.Atoi(value); err == nil {
				return attempt
			}
		}
	}
	return 1
}

// Depth is the length of the longest chain of calls in which each began after the one
// before had ended: the number of round trips that the calls took one after another.
func Depth(calls []Call) int {
	// Calls come in the order of their beginning, so a predecessor stands before.
	depths := make([]int, len(calls))
	deepest := 0
	for i, call := range calls {
		depths[i] = 1
		for j, earlier := range calls[:i] {
			if earlier.End != 0 && earlier.End < call.Begin {
				depths[i] = max(depths[i], depths[j]+1)
			}
		}
		deepest = max(deepest, depths[i])
	}
	return deepest
}

// CountByOperation counts calls by [Call.String].
func CountByOperation(calls []Call) map[string]int {
	counts := make(map[string]int)
	for _, call := range calls {
		counts[call.String()]++
	}
	return counts
}
