# The other provider: it builds with a Docker engine, and pushes to a registry.

provider "docker" {}

resource "docker_image" "transcode" {
  name = "public.ecr.aws/a1b2c3d4/transcode:1.4.2"

  build {
    context = "${path.module}/image"
  }
}

resource "docker_registry_image" "transcode" {
  name = docker_image.transcode.name
}

locals {
  image = docker_registry_image.transcode.name
}
