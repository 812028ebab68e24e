package taskcluster

import (
	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/console"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// consolePages are the keys of console_urls.
var consolePages = []string{"cluster", "tasks"}

// deriveConsoleURLs sets console_urls, which follows from the name of the cluster.
func (m *model) deriveConsoleURLs(place arn.Place) {
	pages := console.In(place)
	m.ConsoleURLs = tf.Derive(tf.ConsoleURLs(map[string]string{
		"cluster": pages.Cluster(m.Name.ValueString()),
		"tasks":   pages.Tasks(m.Name.ValueString()),
	}), m.Name, m.Region)
}
