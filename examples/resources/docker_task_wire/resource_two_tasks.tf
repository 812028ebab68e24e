# One function runs two tasks: env_prefix distinguishes their variables.

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

resource "docker_task" "publish" {
  name  = "publish"
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

resource "docker_task_wire" "transcode" {
  task          = docker_task.transcode
  consumer_role = aws_iam_role.api.name
}

resource "docker_task_wire" "publish" {
  task          = docker_task.publish
  consumer_role = aws_iam_role.api.name
  env_prefix    = "PUBLISH_"
}

resource "aws_lambda_function" "api" {
  function_name = "api"
  role          = aws_iam_role.api.arn
  runtime       = "python3.13"
  handler       = "api.handler"
  filename      = "api.zip"

  environment {
    variables = merge(
      docker_task_wire.transcode.environment,
      docker_task_wire.publish.environment,
    )
  }
}
