# A private registry other than ECR. Terraform and ECS log in with the same secret.
locals {
  ghcr_login_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ghcr-AbCdEf"
}

data "docker_task_image" "encode" {
  image                  = "ghcr.io/example/encode:stable"
  repository_credentials = local.ghcr_login_arn

  lifecycle {
    postcondition {
      condition     = self.size_bytes < 500 * 1024 * 1024
      error_message = "Tasks pull the image each time they start: keep it below 500 MiB."
    }
  }
}

resource "docker_task" "encode" {
  name                   = "encode"
  image                  = data.docker_task_image.encode.reference
  repository_credentials = local.ghcr_login_arn
}
