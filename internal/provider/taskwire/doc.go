// Package taskwire is docker_task_wire: it connects a consumer to a task, by a policy on the consumer's role and by
// environment variables.
package taskwire
