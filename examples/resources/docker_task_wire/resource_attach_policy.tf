# The policy only computed, for a role that something else manages: here it goes on the role
# together with statements of the function's own.

data "docker_task" "transcode" {
  name = "transcode"
}

resource "docker_task_wire" "api" {
  task          = data.docker_task.transcode
  attach_policy = false
  actions       = ["run", "describe"]
}

resource "aws_iam_role_policy" "transcode" {
  name   = "transcode"
  role   = "api"
  policy = docker_task_wire.api.policy_json
}
