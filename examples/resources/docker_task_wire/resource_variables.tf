# The function's code reads other names. The keys are the names of the wire, and only these
# variables are set. With variables = {} the wire only gives the permissions.

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

resource "aws_iam_role" "report" {
  name               = "report"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "docker_task_wire" "report" {
  task          = docker_task.transcode
  consumer_role = aws_iam_role.report.name
  variables     = { DOCKER_TASK_ARN = "REPORT_TASK", DOCKER_TASK_CLUSTER = "REPORT_CLUSTER" }
}

resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = aws_iam_role.report.arn
  runtime       = "python3.13"
  handler       = "report.handler"
  filename      = "report.zip"

  environment {
    variables = docker_task_wire.report.environment
  }
}
