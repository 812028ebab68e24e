# A Lambda function runs the task. There is no cycle: the role is created before the function,
# the wire adds its policy to the role, and the function uses its variables.

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
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

resource "docker_task_wire" "api" {
  task          = docker_task.transcode
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
