# A task definition that another tool registered, which has no cluster and network: set them.
data "docker_task" "legacy" {
  name = "legacy"

  cluster          = "batch"
  subnet_ids       = ["subnet-0a1b2c3d4e5f60718"]
  assign_public_ip = false
}

resource "docker_task_wire" "api" {
  task          = data.docker_task.legacy
  consumer_role = "api"
}
