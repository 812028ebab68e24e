# The whole policy of the queue is managed elsewhere: the subscription only computes its
# statement, to be added to that policy.

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

resource "docker_task_subscription" "done" {
  task              = docker_task.transcode
  queue             = "transcode-done"
  attach_permission = false
}

output "queue_policy" {
  value = docker_task_subscription.done.permission_json
}
