// Package taskschedule is docker_task_schedule: it runs a task at times of EventBridge Scheduler.
package taskschedule
