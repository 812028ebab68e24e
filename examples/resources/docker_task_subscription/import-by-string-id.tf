import {
  to = docker_task_subscription.notify
  id = "transcode-notify-function@us-east-1"
}
