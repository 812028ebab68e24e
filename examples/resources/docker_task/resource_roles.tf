# Policies of your own on the task role that the provider creates.

data "aws_partition" "current" {}

resource "docker_task" "report" {
  name  = "report"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  task_role = {
    description = "What the nightly report may do."

    policies = {
      read-orders = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = "arn:${data.aws_partition.current.partition}:s3:::orders/*"
        }]
      })
    }

    managed_policy_arns = [
      "arn:${data.aws_partition.current.partition}:iam::aws:policy/AWSXRayDaemonWriteAccess",
    ]
  }
}

# An existing role, which the provider never changes. execution_role_policy_json has the
# permissions that it needs.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "ecs" {
  name               = "ecs-execution"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "docker_task" "export" {
  name  = "export"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  execution_role = {
    arn = aws_iam_role.ecs.arn
  }
}

resource "aws_iam_role_policy" "export" {
  name   = "export"
  role   = aws_iam_role.ecs.name
  policy = docker_task.export.execution_role_policy_json
}
