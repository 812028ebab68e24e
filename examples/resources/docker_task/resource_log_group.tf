# A log group with another name and retention, encrypted, and kept after terraform destroy.

variable "logs_key_arn" {
  description = "KMS key whose key policy lets CloudWatch Logs use it."
  type        = string
}

resource "docker_task" "billing" {
  name  = "billing"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  log_group = {
    name              = "/finance/billing"
    retention_in_days = 365
    kms_key_id        = var.logs_key_arn
    keep_on_destroy   = true
  }
}

# An existing log group.
resource "aws_cloudwatch_log_group" "shared" {
  name              = "/finance/shared"
  retention_in_days = 90
}

resource "docker_task" "statements" {
  name  = "statements"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  log_group = {
    arn = aws_cloudwatch_log_group.shared.arn
  }
}
