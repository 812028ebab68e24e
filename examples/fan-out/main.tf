# A task that starts another: split cuts a film into pieces and runs encode once for each.
# The wire adds RunTask, StopTask, DescribeTasks and PassRole for this one task to split's
# task role, and ENCODE_DOCKER_TASK_ARN and further variables to its container.
#
# Needs: a default VPC. To run the tasks: the bucket, and the cluster default, which
# aws ecs create-cluster creates.

terraform {
  required_providers {
    docker = {
      source = "dockertask/docker"
    }
  }
}

provider "docker" {
  region = "us-east-1"
}

resource "docker_task" "encode" {
  name   = "encode"
  image  = "public.ecr.aws/docker/library/busybox:1.37"
  cpu    = 4096
  memory = 8192

  wires = {
    films = { object_store = "example-films", access = "read_write" }
  }
}

resource "docker_task" "split" {
  name  = "split"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  wires = {
    films  = { object_store = "example-films", access = "read_write" }
    encode = { docker_task = docker_task.encode, env_prefix = "ENCODE_" }
  }
}
