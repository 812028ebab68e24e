// Package dockertask is the resource and the data source docker_task: a container that runs once, with its
// task definition, both roles and log group as one unit.
package dockertask
