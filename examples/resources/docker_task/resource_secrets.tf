# Secrets are references: ECS reads the values when a task starts, and the execution role may
# read exactly these. Plan and state contain no value.

variable "secrets_key_arn" {
  description = "Customer-managed KMS key that the secrets are encrypted with."
  type        = string
}

resource "docker_task" "import" {
  name  = "import"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  secrets = {
    DB_URL      = "/import/db-url"                    # SSM parameter, by name or ARN
    PARTNER_KEY = "secret:import/partner"             # Secrets Manager, by name or ARN
    PARTNER_ID  = "secret:import/account:id:previous" # key "id" of its JSON, at a stage
  }

  secrets_kms_key_arns = [var.secrets_key_arn]
}
