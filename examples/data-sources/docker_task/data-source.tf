# A docker task of another stack, and a wire to it from the role api. Both have to exist: a task
# that there is not fails the plan.
data "docker_task" "transcode" {
  name = "transcode"
}

resource "docker_task_wire" "api" {
  task          = data.docker_task.transcode
  consumer_role = "api"
}
