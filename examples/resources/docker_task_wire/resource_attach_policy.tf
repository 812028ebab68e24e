# The wire only computes the policy, for a role that is managed elsewhere: here it is combined
# with other statements of the function.

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
