terraform {
  required_providers {
    docker = {
      source = "dockertask/docker"
    }
  }
}

# The arguments are those of the aws provider; credentials come from the same places.
provider "docker" {
  region = "eu-central-1"

  default_tags {
    tags = {
      team = "video"
    }
  }
}

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}
