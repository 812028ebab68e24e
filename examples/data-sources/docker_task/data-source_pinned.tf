# Where the task runs is set here, and is not read from tags: who may tag the parts of the task does not move the
# rights of role api, or the tasks that it runs, elsewhere.
data "docker_task" "transcode" {
  name = "transcode"

  cluster            = "batch"
  subnet_ids         = ["subnet-0a1b2c3d4e5f60718"]
  security_group_ids = ["sg-0a1b2c3d4e5f60718"]
  assign_public_ip   = false
}

resource "docker_task_wire" "api" {
  task          = data.docker_task.transcode
  consumer_role = "api"
}
