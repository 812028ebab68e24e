package stage

import (
	"strconv"
	"strings"
)

// describeTasks answers DescribeTasks, and lets each task that it names go on by one state.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
func (s *Stage) describeTasks(next *emulator, body []byte) (any, error) {
	var request struct {
		Cluster        string
		Tasks, Include []string
	}
	if err := decode(body, &request); err != nil {
		return nil, err
	}
	in, err := next.findCluster(request.Cluster)
	if err != nil {
		return nil, err
	}
	// "A list of up to 100 task IDs or full ARN entries." The second text is ours.
	switch n := len(request.Tasks); {
	case n == 0:
		return nil, invalid("Tasks cannot be empty.")
	case n > 100:
		return nil, invalid("Tasks cannot exceed 100 items.")
	}
	withTags := false
	for _, field := range request.Include {
		if field != "TAGS" {
			return nil, invalid("Unknown field %s to include.", field) // text ours
		}
		withTags = true
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	answer := &describedTasks{Tasks: []taskOut{}, Failures: []Failure{}}
	for _, id := range request.Tasks {
		arn := id
		if !strings.HasPrefix(id, "arn:") {
			arn = in.sibling("task", id)
		}
		t := s.find(in, arn)
		if t == nil || t.unseen > 0 {
			if t != nil {
				t.unseen--
			}
			// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
			answer.Failures = append(answer.Failures, Failure{ARN: arn, Reason: "MISSING"})
			continue
		}
		wasStopped := t.status == stateStopped
		if err := t.step(next); err != nil {
			return nil, err
		}
		if wasStopped && t.lateExit > 0 {
			t.lateExit--
		}
		answer.Tasks = append(answer.Tasks, t.out(withTags))
	}
	return answer, nil
}

// find is a task that ECS still knows. It must be called with the stage locked.
func (s *Stage) find(in *cluster, arn string) *task {
	for _, t := range s.tasks {
		if t.arn == arn && t.cluster.ARN == in.ARN && s.knows(t) {
			return t
		}
	}
	return nil
}

func (s *Stage) knows(t *task) bool {
	return t.forgotten.IsZero() || s.now().Before(t.forgotten)
}

// stopTask answers StopTask. AWS takes ids too; the stage is as strict as the page: "The full Amazon Resource Name
// (ARN) of the task".
//
// ECS's texts: https://github.com/wazuh/wazuh/issues/25439 (not found), https://github.com/aws/aws-sdk-js/issues/1466
// (no identifier of a task).
func (s *Stage) stopTask(next *emulator, body []byte) (any, error) {
	var request struct{ Cluster, Task, Reason string }
	if err := decode(body, &request); err != nil {
		return nil, err
	}
	in, err := next.findCluster(request.Cluster)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(request.Task, "arn:") || !strings.Contains(request.Task, ":task/") {
		return nil, invalid("Task Identifier is invalid")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.find(in, request.Task)
	if t == nil {
		return nil, invalid("The referenced task was not found.")
	}
	t.stop(request.Reason)
	return &stoppedTask{Task: t.out(true)}, nil
}

// listTasks answers ListTasks, in the order in which the tasks were started.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
func (s *Stage) listTasks(next *emulator, body []byte) (any, error) {
	var request struct {
		Cluster, ContainerInstance, DaemonName, DesiredStatus, Family, LaunchType, NextToken, ServiceName, StartedBy string

		MaxResults *int
	}
	if err := decode(body, &request); err != nil {
		return nil, err
	}
	in, err := next.findCluster(request.Cluster)
	if err != nil {
		return nil, err
	}
	// "When you specify startedBy as the filter, it must be the only filter that you use."
	// ECS's text: https://github.com/aws/aws-sdk-go-v2/issues/1893
	others := request.ContainerInstance + request.DaemonName + request.DesiredStatus + request.Family + request.LaunchType + request.ServiceName
	if request.StartedBy != "" && others != "" {
		return nil, invalid("cannot specify startedBy with other arguments")
	}
	if request.ServiceName != "" {
		return nil, &refusal{code: "ServiceNotFoundException", message: "Service not found."}
	}
	// "This value can be between 1 and 100." Text ours.
	page := 100
	if request.MaxResults != nil {
		page = *request.MaxResults
		if page < 1 || page > 100 {
			return nil, invalid("maxResults must be between 1 and 100.")
		}
	}
	from := 0
	if request.NextToken != "" {
		if from, err = strconv.Atoi(request.NextToken); err != nil || from < 0 {
			return nil, invalid("Invalid token %s", request.NextToken)
		}
	}
	// "The default status filter is RUNNING." "Although you can filter results based on a desired status of PENDING,
	// this doesn't return any results."
	desired := either(request.DesiredStatus, desiredRunning)
	if desired != desiredRunning && desired != desiredStopped && desired != statePending {
		return nil, invalid("Unknown desired status %s.", desired) // text ours
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	found := []string{}
	for _, t := range s.tasks {
		if t.cluster.ARN != in.ARN || !s.knows(t) || t.desired != desired ||
			request.Family != "" && t.def.Family != request.Family ||
			request.LaunchType != "" && t.where.launchType != request.LaunchType ||
			request.StartedBy != "" && t.request.StartedBy != request.StartedBy ||
			request.DaemonName != "" ||
			request.ContainerInstance != "" && t.where.instance != request.ContainerInstance && !strings.HasSuffix(t.where.instance, "/"+request.ContainerInstance) {
			continue
		}
		if t.unseen > 0 {
			t.unseen--
			continue
		}
		found = append(found, t.arn)
	}
	from = min(from, len(found))
	answer := &listedTasks{TaskARNs: found[from:min(from+page, len(found))]}
	if from+page < len(found) {
		answer.NextToken = strconv.Itoa(from + page)
	}
	return answer, nil
}
