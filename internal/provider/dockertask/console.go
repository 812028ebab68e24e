package dockertask

import (
	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/console"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// consolePages are the keys of console_urls.
var consolePages = []string{"task_definition", "tasks", "log_group", "execution_role", "task_role"}

// deriveConsoleURLs sets console_urls, which follows from the names of the parts.
func (m *taskAttributes) deriveConsoleURLs(place arn.Place) {
	pages := console.In(place)
	tasks := func(cluster string) string { return pages.Tasks(arn.ARN{Resource: cluster}.Name()) } // of a name or ARN
	m.ConsoleURLs = tf.Derive(tf.ConsoleURLs(map[string]string{
		"task_definition": pages.TaskDefinition(m.Name.ValueString()),
		"tasks":           tf.PageOf(m.Cluster, tasks),
		"log_group":       tf.PageOf(m.LogGroupName, pages.LogGroup),
		"execution_role":  tf.PageOf(m.ExecutionRoleName, pages.Role),
		"task_role":       tf.PageOf(m.TaskRoleName, pages.Role),
	}), m.Name, m.Cluster, m.LogGroupName, m.ExecutionRoleName, m.TaskRoleName)
}
