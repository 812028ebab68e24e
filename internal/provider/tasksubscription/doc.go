// Package tasksubscription is docker_task_subscription: it sends state changes of a task to a function, queue or
// topic.
package tasksubscription
