# A task definition that another tool registered. It does not tell where it runs: say so.
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
