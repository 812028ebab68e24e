// Package taskcluster is docker_task_cluster: the ECS cluster that tasks run in, with its capacity providers.
package taskcluster
