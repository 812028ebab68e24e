package wire

import (
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// word is what others call a kind.
type word struct{ text, kind string }

// words are those that users try first: AWS's names, and those of its resources in Terraform.
var words = []word{
	{"bucket", "object_store"}, {"s3", "object_store"}, {"prefix", "object_prefix"},
	{"lambda", "function"}, {"task", "docker_task"},
	{"queue", "job_queue"}, {"sqs", "job_queue"}, {"sns", "topic"}, {"kinesis", "stream"},
	{"dynamodb", "table"}, {"dynamodb_stream", "table_stream"},
	{"api", "rest_api"}, {"http_api", "rest_api"}, {"appsync", "graphql_api"}, {"websocket", "websocket_api"},
	{"step_function", "state_machine"}, {"express", "express_workflow"}, {"bus", "event_bus"},
	{"ssm", "parameter"}, {"db", "database"}, {"rds", "database"}, {"rds_data", "data_api"},
	{"redis", "cache"}, {"elasticache", "cache"}, {"opensearch", "search_domain"}, {"ses", "email"}, {"bedrock", "model"}, {"cognito", "user_pool"},
	{"statement", "policy"},
}

// called says what a kind is called for which there is another word; "" for none.
func called(text string) string {
	i := slices.IndexFunc(words, func(w word) bool { return strings.EqualFold(w.text, text) })
	if i < 0 {
		return ""
	}
	return ": this kind is called " + words[i].kind
}

// kindsInWords lists the kinds, with the other words for them.
func kindsInWords() string {
	var out []string
	for _, k := range Kinds {
		var others []string
		for _, w := range words {
			if w.kind == k.Name {
				others = append(others, w.text)
			}
		}
		if len(others) > 0 {
			out = append(out, k.Name+" (not "+task.Or(others)+")")
		} else {
			out = append(out, k.Name)
		}
	}
	return strings.Join(out, ", ")
}
