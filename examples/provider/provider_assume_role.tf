# Use another account, through a role there.

variable "deploy_role_arn" {
  description = "ARN of the role to assume."
  type        = string
}

provider "docker" {
  region = "eu-central-1"

  assume_role {
    role_arn     = var.deploy_role_arn
    session_name = "terraform"
  }
}

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}
