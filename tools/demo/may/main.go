// Command may prints who may do what with the demo's docker task: each request is evaluated on the
// policies that the account has, which account.py policies writes to its standard input.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
)

// account is what account.py policies writes.
type account struct {
	Partition string `json:"partition"`
	ID        string `json:"account"`
	Region    string `json:"region"`
	Roles     []role `json:"roles"`
}

type role struct {
	Name     string   `json:"name"`
	Policies []string `json:"policies"` // documents
}

// question is one line of the table.
type question struct {
	what    string
	request policytest.Request
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "may:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var a account
	if err := json.NewDecoder(in).Decode(&a); err != nil {
		return fmt.Errorf("reading the policies: %w", err)
	}
	const first = "%-48s"
	line := fmt.Sprintf(first, "")
	for _, r := range a.Roles {
		line += "  " + r.Name
	}
	lines := []string{line}
	for _, q := range a.questions() {
		line := fmt.Sprintf(first, q.what)
		for _, r := range a.Roles {
			allowed, err := r.may(q.request)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", r.Name, q.what, err)
			}
			line += fmt.Sprintf("  %-*s", len(r.Name), answer(allowed))
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

func answer(allowed bool) string {
	if allowed {
		return "yes"
	}
	return "-"
}

// may reports whether one of the role's policies allows the request. None that the provider writes denies.
func (r role) may(request policytest.Request) (bool, error) {
	allowed := false
	for _, document := range r.Policies {
		allows, err := policytest.Allows(document, request)
		if err != nil {
			return false, err
		}
		allowed = allowed || allows
	}
	return allowed, nil
}

// questions ask for what the quickstart's task and its consumer need, and for what is next to it.
func (a account) questions() []question {
	place := arn.Place{Partition: a.Partition, Region: a.Region, Account: a.ID}
	on := func(cluster string) map[string][]string {
		return map[string][]string{"ecs:cluster": {place.Regional("ecs", "cluster/"+cluster)}}
	}
	pass := func(role, service string) policytest.Request {
		return policytest.Request{
			Action:   "iam:PassRole",
			Resource: place.Global("iam", "role/"+role),
			Context:  map[string][]string{"iam:PassedToService": {service}},
		}
	}
	log := func(group string) policytest.Request {
		return policytest.Request{Action: "logs:PutLogEvents", Resource: place.Regional("logs", "log-group:/ecs/"+group+":log-stream:transcode/transcode/1")}
	}
	object := func(action, bucket string) policytest.Request {
		return policytest.Request{Action: action, Resource: arn.Place{Partition: a.Partition}.Global("s3", bucket+"/holiday.mov")}
	}
	task := "transcode-" + a.Region + "-task"
	return []question{
		{"run transcode on the cluster default", policytest.Request{Action: "ecs:RunTask", Resource: place.Regional("ecs", "task-definition/transcode:1"), Context: on("default")}},
		{"run it on another cluster", policytest.Request{Action: "ecs:RunTask", Resource: place.Regional("ecs", "task-definition/transcode:1"), Context: on("production")}},
		{"run another task", policytest.Request{Action: "ecs:RunTask", Resource: place.Regional("ecs", "task-definition/billing:1"), Context: on("default")}},
		{"pass transcode's task role to ECS", pass(task, "ecs-tasks.amazonaws.com")},
		{"pass it to Lambda", pass(task, "lambda.amazonaws.com")},
		{"pass another role to ECS", pass("admin", "ecs-tasks.amazonaws.com")},
		{"read an object of the bucket example-uploads", object("s3:GetObject", "example-uploads")},
		{"write one", object("s3:PutObject", "example-uploads")},
		{"read an object of another bucket", object("s3:GetObject", "example-invoices")},
		{"write the log /ecs/transcode", log("transcode")},
	}
}
