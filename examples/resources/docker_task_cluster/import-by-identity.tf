import {
  to = docker_task_cluster.default
  identity = {
    name   = "default"
    region = "us-east-1"
  }
}
