# Cluster and network are set here, and not read from tags: a principal that may tag the parts of the task
# cannot change the permissions of role api, or where its tasks run.
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
