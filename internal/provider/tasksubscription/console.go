package tasksubscription

import (
	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/console"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// consolePages are the keys of console_urls.
var consolePages = []string{"rule"}

// deriveConsoleURLs sets console_urls, which follows from the name of the rule. ECS sends its events to the default bus.
func (m *model) deriveConsoleURLs(place arn.Place) {
	m.ConsoleURLs = tf.Derive(tf.ConsoleURLs(map[string]string{
		"rule": console.In(place).Rule("default", m.Name.ValueString()),
	}), m.Name, m.Region)
}
