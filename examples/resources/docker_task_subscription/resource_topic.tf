# Whoever listens to the topic hears when a task starts and stops, in whichever cluster. The task
# is another stack's: its name is enough.

resource "aws_sns_topic" "transcode" {
  name = "transcode"
}

resource "docker_task_subscription" "transcode" {
  task        = { name = "transcode" }
  topic       = aws_sns_topic.transcode.name
  statuses    = ["RUNNING", "STOPPED"]
  any_cluster = true
}
