# A function is invoked when the task failed: its main container ended with an exit code other
# than 0, it never started, or AWS reclaimed the capacity.

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

resource "aws_iam_role" "notify" {
  name               = "notify"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_lambda_function" "notify" {
  function_name = "notify"
  role          = aws_iam_role.notify.arn
  runtime       = "python3.13"
  handler       = "notify.handler"
  filename      = "notify.zip"
}

resource "docker_task_subscription" "notify" {
  task          = docker_task.transcode
  function      = aws_lambda_function.notify.function_name
  only_failures = true
}
