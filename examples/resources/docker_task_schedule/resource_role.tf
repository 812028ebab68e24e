# A role that is managed elsewhere: policy_json has the permissions that it needs.

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "schedules" {
  name               = "schedules"
  assume_role_policy = data.aws_iam_policy_document.scheduler.json
}

resource "docker_task_schedule" "report" {
  name       = "report"
  task       = { name = "report" }
  expression = "cron(0 8 ? * MON-FRI *)"
  role       = { arn = aws_iam_role.schedules.arn }
}

output "what_the_role_needs" {
  value = docker_task_schedule.report.policy_json
}
