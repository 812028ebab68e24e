package run

import (
	"slices"
	"strings"
)

// What ECS says of tasks that have ended.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
const (
	failedToStart   = "TaskFailedToStart"
	essentialExited = "EssentialContainerExited"
	userInitiated   = "UserInitiated"

	essentialReason = "Essential container in task exited"
	outOfMemory     = "OutOfMemoryError"
)

// Cause is a line of the table of reasons: what ECS says, and what it means.
type Cause struct {
	// Codes are the stop codes that it is about; none for any.
	Codes []string
	// Exits are the exit codes of the main container that it is about; none for any.
	Exits []int64
	// All are texts that the reasons have, each of them; Any are texts of which they have one. Case does not matter.
	All, Any []string
	// Says is what it means, and what to look at, in a sentence.
	Says string
	// Transient tells of a failure of AWS's own, after which another try may do.
	Transient bool
}

// Causes is the table of the reasons of tasks that have failed; the first line that fits counts. The texts are those
// of AWS's page on stopped tasks, and of public reports.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
var Causes = []Cause{
	{
		All:  []string{"CannotPullContainer", "descriptor matching platform"},
		Says: "The image is not built for the task's platform: look at `architecture` and `operating_system_family`, or build the image for several platforms.",
	},
	{
		All: []string{"CannotPullContainer"}, Any: []string{"toomanyrequests", "rate limit"},
		Says: "The registry limits pulls. Give `repository_credentials`, or pull through a mirror such as ECR's pull through cache.",
	},
	{
		All: []string{"CannotPullContainer"}, Any: []string{"no basic auth", "403 Forbidden", "AccessDenied", "not authorized", "pull access denied", "denied:"},
		Says: "The registry refuses the pull. Look at the ECR repository's policy, at `repository_credentials`, and at the policy of the execution role if it is given by its ARN. Docker Hub says the same of an image that does not exist.",
	},
	{
		All: []string{"CannotPullContainer"}, Any: []string{"not found", "manifest unknown", "does not exist", "name unknown"},
		Says: "The image or its tag does not exist: look at `image`.",
	},
	{
		All: []string{"CannotPullContainer"}, Any: noWayOut,
		Says: wayOut,
	},
	{
		All:  []string{"CannotPullContainer", "no space left"},
		Says: "The image does not fit on the disk: look at `ephemeral_storage_gib`.",
	},
	{
		All: []string{"ResourceInitializationError"}, Any: []string{"AccessDenied", "not authorized"},
		Says: "The execution role may not read a secret, or not decrypt it: look at `secrets` and `secrets_kms_key_arns`, and at the policy of the role if it is given by its ARN.",
	},
	{
		All:  []string{"ResourceInitializationError", "logger args"},
		Says: "The log group does not exist. Apply the docker task again.",
	},
	{
		All: []string{"ResourceInitializationError"}, Any: []string{"EFS utils", "mount", "failed to invoke EFS"},
		Says: "The EFS file system could not be mounted. Look at `volumes`: the subnets need a mount target, and its security group has to let port 2049 in from the task.",
	},
	{
		All: []string{"ResourceInitializationError"}, Any: []string{"ResourceNotFoundException", "ParameterNotFound", "can't find the specified secret", "invalid parameters", "InvalidParameters"},
		Says: "A secret or parameter does not exist: look at `secrets`.",
	},
	{
		All: []string{"ResourceInitializationError"}, Any: noWayOut,
		Says: wayOut,
	},
	{
		All:  []string{"unable to assume the role"},
		Says: "ECS may not assume a role of the task. One that was just created may not have propagated yet: run again; otherwise the role has to trust ecs-tasks.amazonaws.com.",
	},
	{
		All:  []string{"exec format error"},
		Says: "The image is built for another architecture: look at `architecture`.",
	},
	{
		Any: []string{"executable file not found", "no such file or directory"}, All: []string{"CannotStartContainer"},
		Says: "The image does not have the program that is to be started. `command` and `entry_point` are lists of words: a line with blanks in one word is the name of one program.",
	},
	{
		All:  []string{outOfMemory},
		Says: "Memory ran out: look at `memory`.",
	},
	{
		Codes: []string{"SpotInterruption"}, Transient: true,
		Says: "AWS took the spare capacity back. `retry` runs the task again.",
	},
	{
		Codes: []string{"TerminationNotice", "InfrastructureHealth"}, Transient: true,
		Says: "AWS took away what the task ran on. `retry` runs the task again.",
	},
	{
		Any: []string{"Timeout waiting for network interface provisioning", "Timeout waiting for EphemeralStorage provisioning", "Capacity is unavailable at this time"}, Transient: true,
		Says: "AWS could not provide the task's resources in time. `retry` runs the task again; subnets in several availability zones help.",
	},
	{
		Codes: []string{userInitiated},
		Says:  "A user stopped the task; CloudTrail has who (StopTask).",
	},
	{
		Any:  []string{"failed container health checks", "container health checks"},
		Says: "The container's health check failed: look at `health_check`.",
	},
	{Exits: []int64{124}, Says: "124 is how `timeout` of coreutils and busybox ends: the program took longer than it may."},
	{Exits: []int64{126}, Says: "By a shell's convention, 126 is a command that cannot be executed: look at `command`, and at the permissions of the file."},
	{Exits: []int64{127}, Says: "By a shell's convention, 127 is a command that was not found: look at `command`."},
	{Exits: []int64{134}, Says: "134 is the end by signal 6 (SIGABRT): the program aborted itself."},
	{Exits: []int64{137}, Says: "137 is the end by signal 9 (SIGKILL): mostly because memory ran out (look at `memory`), or because the container did not end in time after SIGTERM (look at `stop_timeout`)."},
	{Exits: []int64{139}, Says: "139 is the end by signal 11 (SIGSEGV): the program accessed memory that it does not have."},
	{Exits: []int64{143}, Says: "143 is the end by signal 15 (SIGTERM): something stopped the container."},
}

// noWayOut is how the texts of a connection that is not there look.
var noWayOut = []string{"timeout", "dial tcp", "i/o timeout", "context deadline exceeded", "connection refused", "no such host", "request canceled"}

const wayOut = "There is no way from the subnets to the registry or to AWS. A task in public subnets needs `assign_public_ip`; one in private subnets a NAT gateway, or VPC endpoints for ecr.api, ecr.dkr, s3, logs, secretsmanager and ssm. The security groups have to let port 443 out."

// explained is what the table says.
type explained struct {
	text      string
	transient bool
}

// explain finds the line of the table for a task; the reasons of the task and of its containers count.
func explain(t Task, main Container) explained {
	texts := []string{t.Reason, main.Reason}
	for _, c := range t.Containers {
		texts = append(texts, c.Reason)
	}
	reasons := strings.ToLower(strings.Join(texts, "\n"))
	has := func(text string) bool { return strings.Contains(reasons, strings.ToLower(text)) }
	for _, c := range Causes {
		switch {
		case len(c.Codes) > 0 && !slices.Contains(c.Codes, t.StopCode),
			len(c.Exits) > 0 && (main.ExitCode == nil || !slices.Contains(c.Exits, *main.ExitCode)),
			len(c.Any) > 0 && !slices.ContainsFunc(c.Any, has),
			slices.ContainsFunc(c.All, func(text string) bool { return !has(text) }):
			continue
		}
		return explained{c.Says, c.Transient}
	}
	return explained{}
}

// Explain says in words why a task failed; "" where nothing is known of it.
func Explain(t Task, container string) string {
	main, _ := t.Container(container)
	return explain(t, main).text
}

// Refusal is one of the failures in the answer to RunTask or StartTask: a task that was not started.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Failure.html
type Refusal struct{ ARN, Reason, Detail string }

// Again says when a refused task may be tried again.
type Again int

// A refusal is final, or transient, or it is transient for who is ready to wait for room on instances.
const (
	Never Again = iota
	Always
	IfAsked
)

// refusals is the table of failures of RunTask and StartTask.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
var refusals = []struct {
	reason string // contained in the reason; case does not matter
	says   string
	again  Again
}{
	{"Capacity is unavailable", "AWS has no capacity for it right now. Subnets in several availability zones help, and for FARGATE_SPOT retry.fallback_to_on_demand.", Always},
	{"RESOURCE:ENI", "the container instances have no network interface left", Always},
	{"AGENT", "the agent of the container instance is not connected", Always},
	{"RESOURCE:CPU", "no container instance has enough CPU left: look at cpu of the task, or add instances", IfAsked},
	{"RESOURCE:MEMORY", "no container instance has enough memory left: look at memory of the task, or add instances", IfAsked},
	{"RESOURCE:PORTS", "the host port is in use on every container instance", IfAsked},
	{"RESOURCE:PORT", "the host port is in use on every container instance", IfAsked},
	{"RESOURCE:GPU", "no container instance has enough GPUs left", IfAsked},
	{"RESOURCE", "no container instance has enough of it left", IfAsked},
	{"MISSING", "it does not exist in this cluster", Never},
	{"INACTIVE", "the container instance is not registered any more", Never},
	{"ATTRIBUTE", "the container instances lack an attribute that the task definition needs, such as a log driver or an architecture", Never},
	{"LOCATION", "the container instance is in another availability zone than the subnets", Never},
	{"EMPTY CAPACITY PROVIDER", "the capacity provider has no instances", IfAsked},
	{"NO ACTIVE INSTANCES", "the cluster has no container instances: look at launch_type", IfAsked},
	{"memberOf placement constraint", "no container instance meets the placement constraint: look at placement_constraints", Never},
	{"placement constraint", "no container instance meets the placement constraint: look at placement_constraints", Never},
}

// Judge says what a refusal means, and when to try again.
func (r Refusal) Judge() (says string, again Again) {
	reason := strings.ToLower(r.Reason)
	for _, line := range refusals {
		if strings.Contains(reason, strings.ToLower(line.reason)) {
			return line.says, line.again
		}
	}
	return "", Never
}

// String is a refusal as messages have it.
func (r Refusal) String() string {
	s := r.Reason
	if s == "" {
		s = "no reason given"
	}
	if r.Detail != "" {
		s += " (" + r.Detail + ")"
	}
	if says, _ := r.Judge(); says != "" {
		s += ": " + says
	}
	if r.ARN != "" {
		s = r.ARN + ": " + s
	}
	return strings.TrimSuffix(s, ".")
}
