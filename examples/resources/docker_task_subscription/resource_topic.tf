# A topic receives an event when a task starts and stops, in any cluster. The task belongs to
# another stack: its name is enough.

resource "aws_sns_topic" "transcode" {
  name = "transcode"
}

resource "docker_task_subscription" "transcode" {
  task        = { name = "transcode" }
  topic       = aws_sns_topic.transcode.name
  statuses    = ["RUNNING", "STOPPED"]
  any_cluster = true
}
