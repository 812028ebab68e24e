import {
  to = docker_task_cluster.default
  id = "default@us-east-1"
}
