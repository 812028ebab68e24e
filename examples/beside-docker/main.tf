# kreuzwerker/docker has the local name docker, and builds the image; dockertask/docker has a
# second one. Terraform derives the provider of a resource from the first word of its type,
# so every docker_task… needs provider = dockertask.
#
# Needs: a Docker engine, a registry to push to, a role api, and a default VPC.

terraform {
  required_providers {
    docker = {
      source = "kreuzwerker/docker"
    }
    dockertask = {
      source = "dockertask/docker"
    }
  }
}

provider "dockertask" {
  region = "us-east-1"
}

resource "docker_task" "transcode" {
  provider = dockertask

  name  = "transcode"
  image = local.image
}

resource "docker_task_wire" "api" {
  provider = dockertask

  task          = docker_task.transcode
  consumer_role = "api"
}
