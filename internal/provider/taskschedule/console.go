package taskschedule

import (
	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/console"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// consolePages are the keys of console_urls.
var consolePages = []string{"schedule", "role"}

// deriveConsoleURLs sets console_urls, which follows from the names of the parts.
func (m *model) deriveConsoleURLs(place arn.Place) {
	pages := console.In(place)
	m.ConsoleURLs = tf.Derive(tf.ConsoleURLs(map[string]string{
		"schedule": pages.Schedule(m.Group.ValueString(), m.Name.ValueString()),
		"role":     tf.PageOf(m.RoleName, pages.Role),
	}), m.Name, m.Group, m.Region, m.RoleName)
}
