# Every quarter of an hour of the year 2030, on Fargate Spot. A task that could not be
# started is tried again for ten minutes; then there is a message in the queue.

resource "aws_sqs_queue" "missed" {
  name = "missed-runs"
}

resource "docker_task_schedule" "crawl" {
  name                    = "crawl"
  task                    = { name = "crawl" }
  expression              = "rate(15 minutes)"
  flexible_window_minutes = 5
  start                   = "2030-01-01T00:00:00Z"
  end                     = "2031-01-01T00:00:00Z"

  capacity_provider = "FARGATE_SPOT" # associated with the cluster
  task_count        = 2
  propagate_tags    = true

  retry             = { maximum_age_seconds = 600 }
  dead_letter_queue = aws_sqs_queue.missed.name
}
