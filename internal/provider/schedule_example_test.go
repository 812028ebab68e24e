package provider_test

import (
	"testing"
)

// makeNightly creates the schedule that the examples import, and its task.
func makeNightly(t *testing.T) {
	t.Helper()
	for _, made := range []struct {
		typeName  string
		arguments values
	}{
		{"docker_task", values{"name": "dump", "image": "public.ecr.aws/docker/library/postgres:17"}},
		{"docker_task_schedule", values{
			"name": "nightly-dump", "task": values{"name": "dump"}, "expression": daily, "time_zone": "Europe/Berlin",
			"command": []any{"sh", "-c", "pg_dump --schema-only > /tmp/dump.sql"},
		}},
	} {
		core := newProtocolClient(t, made.typeName, nil)
		if _, err := core.apply(core.nothing(), made.arguments); err != nil {
			t.Fatal(err)
		}
	}
}
