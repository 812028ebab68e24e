# Every 15 minutes in the year 2030, on Fargate Spot if it has capacity. If a task cannot be started,
# Scheduler retries for ten minutes and then sends a message to the queue, which is encrypted with a
# customer-managed key.

resource "aws_kms_key" "missed" {}

resource "aws_sqs_queue" "missed" {
  name              = "missed-runs"
  kms_master_key_id = aws_kms_key.missed.arn
}

resource "docker_task_schedule" "crawl" {
  name                    = "crawl"
  task                    = { name = "crawl" }
  expression              = "rate(15 minutes)"
  flexible_window_minutes = 5
  start                   = "2030-01-01T00:00:00Z"
  end                     = "2031-01-01T00:00:00Z"

  # Both are associated with the cluster. One task of each run is always on FARGATE.
  capacity_providers = [{ name = "FARGATE_SPOT", weight = 3 }, { name = "FARGATE", base = 1 }]
  task_count         = 2
  propagate_tags     = true

  retry             = { maximum_age_seconds = 600 }
  dead_letter_queue = { queue = aws_sqs_queue.missed.name, kms_key_arn = aws_kms_key.missed.arn }
}
