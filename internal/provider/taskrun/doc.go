// Package taskrun is the resource docker_task_run, and the actions docker_task_run and docker_task_stop: a docker task
// is run, and has succeeded or not.
package taskrun
