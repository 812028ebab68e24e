# A database is dumped into a bucket every night: the task, its permissions, and its schedule.
#
# Needs: an unused bucket name, and a default VPC. To run the task: the image, the
# parameter with the password, and the database. The cluster default is created, or taken over.

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

provider "aws" {
  region = "us-east-1"
}

provider "docker" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "dumps" {
  bucket = "example-dumps"
}

resource "aws_sqs_queue" "missed" {
  name = "missed-dumps"
}

resource "docker_task_cluster" "default" {} # with FARGATE_SPOT

resource "docker_task" "dump" {
  name    = "dump"
  cluster = docker_task_cluster.default.name
  image   = "123456789012.dkr.ecr.us-east-1.amazonaws.com/pg-dump:17" # pg_dump and the AWS command line
  memory  = 2048

  environment = { PGHOST = "db.example.internal", PGUSER = "dump" }
  secrets     = { PGPASSWORD = "/dump/db-password" }
  command     = ["sh", "-c", "pg_dump \"$PGDATABASE\" | aws s3 cp - \"s3://$DUMPS_BUCKET_NAME/$(date +%F).sql\""]

  wires = {
    dumps = { object_store = aws_s3_bucket.dumps.bucket, access = "write", env_prefix = "DUMPS_" }
  }
}

resource "docker_task_schedule" "nightly" {
  name       = "nightly-dump"
  task       = docker_task.dump
  expression = "cron(0 3 * * ? *)"
  time_zone  = "Europe/Berlin"

  environment        = { PGDATABASE = "shop" }
  capacity_providers = [{ name = "FARGATE_SPOT" }]
  dead_letter_queue  = { queue = aws_sqs_queue.missed.name }
}
