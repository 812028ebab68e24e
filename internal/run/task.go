package run

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// The values of lastStatus that mean something here. Every other one, also one that AWS adds, means that the task goes on.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
const (
	Running = "RUNNING"
	Stopped = "STOPPED"
)

// over are the values of lastStatus after RUNNING.
var over = []string{"DEACTIVATING", "STOPPING", "DEPROVISIONING", Stopped}

// Task is a task as ECS describes it.
type Task struct {
	ARN        string
	Definition string // ARN with the revision
	Status     string // lastStatus
	StopCode   string
	// Reason is stoppedReason, for people.
	Reason           string
	CapacityProvider string
	LaunchType       string
	Group, StartedBy string
	CPU, Memory      string
	Instance         string // ARN of the container instance
	Zone             string
	PrivateIP        string
	Created          time.Time
	PullStarted      time.Time
	PullStopped      time.Time
	Started          time.Time
	Stopped          time.Time
	Containers       []Container
}

// Container is a container of a task.
type Container struct {
	Name        string
	Status      string
	ExitCode    *int64 // nil for none
	Reason      string
	Image       string
	ImageDigest string
}

// ID is the last part of the ARN.
func (t Task) ID() string { return ID(t.ARN) }

// ID is the id in the ARN of a task.
func ID(arn string) string { return NameOf(arn) }

// ClusterOf is the name of the cluster in the ARN of a task, arn:…:task/CLUSTER/ID.
func ClusterOf(arn string) string {
	parts := strings.Split(arn, "/")
	return parts[max(0, len(parts)-2)]
}

// DefinitionName is family:revision.
func (t Task) DefinitionName() string { return NameOf(t.Definition) }

// Revision is that of the task definition; 0 if it is not known.
func (t Task) Revision() int64 {
	_, revision, _ := strings.Cut(t.DefinitionName(), ":")
	n, err := strconv.ParseInt(revision, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Ended reports whether nothing more happens.
func (t Task) Ended() bool { return t.Status == Stopped }

// HasStarted reports whether the task runs, or did.
func (t Task) HasStarted() bool {
	return t.Status == Running || !t.Started.IsZero() || slices.Contains(over, t.Status)
}

// Duration is how long the task ran; 0 if it did not.
func (t Task) Duration() time.Duration { return between(t.Started, t.Stopped) }

// Pull is how long the images were pulled.
func (t Task) Pull() time.Duration { return between(t.PullStarted, t.PullStopped) }

func between(from, to time.Time) time.Duration {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return 0
	}
	return to.Sub(from)
}

// Container is a container by its name. A task of one container has no other main one.
func (t Task) Container(name string) (Container, bool) {
	for _, c := range t.Containers {
		if c.Name == name {
			return c, true
		}
	}
	if len(t.Containers) == 1 {
		return t.Containers[0], true
	}
	return Container{}, false
}

// Log is where the output of a container is: nothing if it is not in CloudWatch Logs, or its stream is not known.
type Log struct {
	Group, Stream string
	Region        string // "" for the task's
}

// LogOf is the log of the container of a definition in the task with an id. Without a prefix the name of the stream is the
// id that Docker gives the container, which nobody knows here.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
func LogOf(d task.Definition, container, id string) Log {
	for _, c := range d.ContainerDefinitions {
		l := c.LogConfiguration
		if c.Name != container || l == nil || l.LogDriver != task.AWSLogs || l.Options["awslogs-stream-prefix"] == "" {
			continue
		}
		return Log{Group: l.Options["awslogs-group"], Stream: l.Options["awslogs-stream-prefix"] + "/" + container + "/" + id, Region: l.Options["awslogs-region"]}
	}
	return Log{}
}
