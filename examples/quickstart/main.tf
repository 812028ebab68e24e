# A docker task, and a wire to it from the existing role of a function.
#
# Needs: a role (variable consumer_role), and a default VPC. To run the task: the cluster default,
# which aws ecs create-cluster creates.

terraform {
  required_providers {
    docker = {
      source = "dockertask/docker"
    }
  }
}

variable "region" {
  description = "AWS region of the task."
  type        = string
  default     = "us-east-1"
}

variable "consumer_role" {
  description = "Name of the role of the function that runs the task."
  type        = string
  default     = "api"
}

provider "docker" {
  region = var.region
}

resource "docker_task" "transcode" {
  name    = "transcode"
  image   = "public.ecr.aws/docker/library/busybox:1.37"
  command = ["sh", "-c", "echo transcoding $INPUT of $BUCKET_NAME; sleep 30"]

  environment = { INPUT = "holiday.mov" }

  wires = {
    uploads = { object_store = "example-uploads", access = "read" } # a bucket, by its name
  }
}

resource "docker_task_wire" "api" {
  task          = docker_task.transcode
  consumer_role = var.consumer_role
}

output "consumer_environment" {
  description = "The variables that the function gets."
  value       = docker_task_wire.api.environment
}

output "consumer_policy" {
  description = "The policy on the function's role."
  value       = jsondecode(docker_task_wire.api.policy_json)
}
