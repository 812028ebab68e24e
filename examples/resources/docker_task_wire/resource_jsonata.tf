# A state machine in JSONata, as the console writes it, hands values of its input to the task.

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

data "aws_iam_policy_document" "states" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "transcode" {
  name               = "transcode-state-machine"
  assume_role_policy = data.aws_iam_policy_document.states.json
}

resource "docker_task_wire" "transcode" {
  task           = docker_task.transcode
  consumer_role  = aws_iam_role.transcode.name
  integration    = "step_functions_sync"
  query_language = "JSONata"

  command               = ["transcode", "{% $states.input.key %}"]
  container_environment = { EXECUTION = "{% $states.context.Execution.Id %}" }
  cpu                   = 2048
  memory                = 4096
  timeout_seconds       = 3600
}

resource "aws_sfn_state_machine" "transcode" {
  name     = "transcode"
  role_arn = aws_iam_role.transcode.arn

  definition = jsonencode({
    QueryLanguage = "JSONata"
    StartAt       = "Transcode"
    States        = { Transcode = jsondecode(docker_task_wire.transcode.state_json) }
  })
}
