import {
  to = docker_task_subscription.notify
  identity = {
    name   = "transcode-notify-function"
    region = "us-east-1"
  }
}
