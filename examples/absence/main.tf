# A nightly report, and a topic that hears when it fails, when it is not started, and when it does not happen.
#
# Needs: a default VPC. To run the task: the image. The cluster default is created, or taken over.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    docker = {
      source = "dockertask/docker"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

provider "docker" {
  region = "us-east-1"
}

resource "aws_sns_topic" "alerts" {
  name = "alerts"
}

resource "aws_sqs_queue" "not_started" {
  name = "report-not-started"
}

# A group of its own: the metrics of EventBridge Scheduler are those of a group.
resource "aws_scheduler_schedule_group" "report" {
  name = "report"
}

resource "docker_task_cluster" "default" {}

resource "docker_task" "report" {
  name    = "report"
  cluster = docker_task_cluster.default.name
  image   = "public.ecr.aws/docker/library/busybox:1.37"
  command = ["sh", "-c", "echo a report"]
}

resource "docker_task_schedule" "nightly" {
  name              = "nightly-report"
  group             = aws_scheduler_schedule_group.report.name
  task              = docker_task.report
  expression        = "cron(0 3 * * ? *)"
  dead_letter_queue = { queue = aws_sqs_queue.not_started.name }
}

# It ran, and failed; or ECS took it, and it never started.
resource "docker_task_subscription" "failed" {
  task          = docker_task.report
  schedule      = docker_task_schedule.nightly.name
  only_failures = true
  topic         = aws_sns_topic.alerts.name
}

# ECS did not take it, after all retries.
resource "aws_cloudwatch_metric_alarm" "not_started" {
  alarm_name          = "report-not-started"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.not_started.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.alerts.arn]
}

# The schedule did not even try, for more than a day.
resource "aws_cloudwatch_metric_alarm" "missed" {
  alarm_name          = "report-missed"
  namespace           = "AWS/Scheduler"
  metric_name         = "InvocationAttemptCount"
  dimensions          = { ScheduleGroup = aws_scheduler_schedule_group.report.name }
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 3600
  evaluation_periods  = 25
  treat_missing_data  = "breaching" # without an attempt there is no data
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
