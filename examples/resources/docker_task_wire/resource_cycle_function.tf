# A function that runs a task, which calls the function when it is done. The function's
# variables depend on the wire, and the task's wire on the function. There is no cycle, because
# the wire gives its task by name alone: policy and variables follow from the naming rules, the
# defaults, and the provider's region and account.

resource "docker_task_wire" "api" {
  task          = { name = "transcode" }
  consumer_role = aws_iam_role.api.name
}

resource "aws_lambda_function" "api" {
  function_name = "api"
  role          = aws_iam_role.api.arn
  runtime       = "python3.13"
  handler       = "api.handler"
  filename      = "api.zip"

  environment {
    variables = docker_task_wire.api.environment
  }
}

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  wires = {
    done = { function = aws_lambda_function.api.function_name }
  }
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "api" {
  name               = "api"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}
