terraform {
  required_providers {
    docker = {
      source = "dockertask/docker"
    }
  }
}

# Arguments and sources of credentials are those of the aws provider.
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
