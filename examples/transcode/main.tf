# A function runs a transcoding task between two buckets: an upload starts the function, the
# function starts the task, the task reads from one bucket and writes to the other.
#
# Needs: unused bucket names, start.zip, and a default VPC. To run the task: the
# cluster default, which aws ecs create-cluster creates.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    docker = {
      source = "dockertask/docker"
    }
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-1"
}

provider "aws" {
  region = var.region
}

provider "docker" {
  region = var.region
}

resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
}

resource "aws_s3_bucket" "videos" {
  bucket = "example-videos"
}

# The wires add statements to the task role, and UPLOADS_BUCKET_NAME and VIDEOS_BUCKET_NAME to
# the container. The function passes KEY with each run.
resource "docker_task" "transcode" {
  name   = "transcode"
  image  = "public.ecr.aws/docker/library/busybox:1.37"
  cpu    = 2048
  memory = 8192

  command = ["sh", "-c", "echo from s3://$UPLOADS_BUCKET_NAME/$KEY to s3://$VIDEOS_BUCKET_NAME/$KEY"]

  ephemeral_storage_gib = 50

  wires = {
    uploads = { object_store = aws_s3_bucket.uploads.bucket, access = "read", env_prefix = "UPLOADS_" }
    videos  = { object_store = aws_s3_bucket.videos.bucket, access = "write", env_prefix = "VIDEOS_" }
  }
}

# The function runs the task; its code is in start.py.
data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "start" {
  name               = "start-transcode"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "docker_task_wire" "start" {
  task          = docker_task.transcode
  consumer_role = aws_iam_role.start.name
  actions       = ["run"]
}

resource "aws_lambda_function" "start" {
  function_name = "start-transcode"
  role          = aws_iam_role.start.arn
  runtime       = "python3.13"
  handler       = "start.handler"
  filename      = "start.zip" # zip start.zip start.py

  environment {
    variables = docker_task_wire.start.environment
  }
}

resource "aws_lambda_permission" "uploads" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.start.function_name
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.uploads.arn
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket     = aws_s3_bucket.uploads.bucket
  depends_on = [aws_lambda_permission.uploads]

  lambda_function {
    lambda_function_arn = aws_lambda_function.start.arn
    events              = ["s3:ObjectCreated:*"]
  }
}
