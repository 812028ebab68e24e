# An existing schedule with its own role. For a new one, docker_task_schedule creates both.

resource "docker_task" "report" {
  name  = "report"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "report" {
  name               = "report-schedule"
  assume_role_policy = data.aws_iam_policy_document.scheduler.json
}

resource "docker_task_wire" "report" {
  task          = docker_task.report
  consumer_role = aws_iam_role.report.name
  integration   = "scheduler"
}

resource "aws_scheduler_schedule" "report" {
  name                = "report"
  schedule_expression = "rate(1 day)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${data.aws_partition.current.partition}:scheduler:::aws-sdk:ecs:runTask"
    role_arn = aws_iam_role.report.arn

    input = jsonencode({
      Cluster        = docker_task_wire.report.environment["DOCKER_TASK_CLUSTER"]
      TaskDefinition = docker_task_wire.report.environment["DOCKER_TASK_ARN"]
      LaunchType     = docker_task_wire.report.environment["DOCKER_TASK_LAUNCH_TYPE"]
      NetworkConfiguration = {
        AwsvpcConfiguration = {
          Subnets        = docker_task.report.subnet_ids
          AssignPublicIp = docker_task_wire.report.environment["DOCKER_TASK_ASSIGN_PUBLIC_IP"]
        }
      }
    })
  }
}
