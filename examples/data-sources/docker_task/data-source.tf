# A docker task of another stack, and a wire to it from the role api. Both must exist: a missing
# task is an error at plan.
data "docker_task" "transcode" {
  name = "transcode"
}

resource "docker_task_wire" "api" {
  task          = data.docker_task.transcode
  consumer_role = "api"
}
