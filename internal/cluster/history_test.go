package cluster

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

var place = arn.Place{Partition: "aws", Region: "eu-west-1", Account: "123456789012"}

func TestBase58(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "\x00\x00a": "112g", "Hello World!": "2NEpo7TZRRrLZSi2U"} {
		if got := base58([]byte(text)); got != want {
			t.Errorf("%q: %s, not %s", text, got, want)
		}
	}
}

// The names that follow are valid, however long the cluster's is.
func TestRefs(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, name := range []string{"a", "default", strings.Repeat("A_b-", 63), strings.Repeat("z", 255)} {
		refs := NewRefs(name, place)
		if !awsname.Rule.Matches(refs.Rule) || task.CheckLogGroupName(refs.Group) != nil {
			t.Errorf("%s: %+v", name, refs)
		}
		if seen[refs.Rule] != "" {
			t.Errorf("%s and %s have the same rule", name, seen[refs.Rule])
		}
		seen[refs.Rule] = name
	}
	elsewhere := place
	elsewhere.Account = "999999999999"
	if NewRefs("a", place).Rule == NewRefs("a", elsewhere).Rule {
		t.Error("two clusters have the same rule")
	}
}

func TestLetsEvents(t *testing.T) {
	t.Parallel()
	statement := func(more string) string {
		return `{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":["logs:PutLogEvents","logs:CreateLogStream"],"Resource":["` + historyResource(place) + `"]` + more + `}`
	}
	for document, want := range map[string]bool{
		HistoryPolicyDocument(place):          true,
		`{"Statement":` + statement("") + `}`: true,
		`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},` + statement("") + `]}`: true,
		`{"Statement":[` + statement(`,"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}`) + `]}`:         false,
		strings.Replace(HistoryPolicyDocument(place), "Allow", "Deny", 1):                                      false,
		strings.Replace(HistoryPolicyDocument(place), "events.amazonaws.com", "es.amazonaws.com", 1):           false,
		strings.Replace(HistoryPolicyDocument(place), "logs:PutLogEvents", "logs:GetLogEvents", 1):             false,
		strings.Replace(HistoryPolicyDocument(place), "/aws/events/*", "/aws/events/other", 1):                 false,
		strings.Replace(HistoryPolicyDocument(place), "logs:PutLogEvents", "logs:*", 1):                        true,
		"": false, "null": false, "[]": false, `{"Statement":"a"}`: false, `{"Statement":[1]}`: false,
	} {
		if LetsEvents(document, place) != want {
			t.Errorf("%s: %t", document, !want)
		}
	}
}

func TestHistoryTypes(t *testing.T) {
	t.Parallel()
	if HistoryTypes("x") != nil || HistoryTypes(NewHistory("a", place, nil, 0, "", nil).Rule.Pattern) != nil {
		t.Error("the default is not told by nil")
	}
	if CheckEventType("ECS Service Action") != nil || CheckEventType("ECS Service Deployment State Change") == nil {
		t.Error("the types are not checked")
	}
}
