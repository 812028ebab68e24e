package taskcluster

import (
	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/console"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// consolePages are the keys of console_urls.
var consolePages = []string{"cluster", "tasks", "event_history"}

// deriveConsoleURLs sets console_urls, which follows from the names of cluster and log group.
func (m *model) deriveConsoleURLs(place arn.Place) {
	pages := console.In(place)
	m.ConsoleURLs = tf.Derive(tf.ConsoleURLs(map[string]string{
		"cluster": pages.Cluster(m.Name.ValueString()),
		"tasks":   pages.Tasks(m.Name.ValueString()),

		"event_history": tf.PageOf(m.EventLogGroupName, pages.LogGroup),
	}), m.Name, m.Region, m.EventLogGroupName)
}
