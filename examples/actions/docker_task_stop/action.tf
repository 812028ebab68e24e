resource "docker_task" "worker" {
  name  = "worker"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  lifecycle {
    action_trigger {
      events  = [before_destroy] # Terraform 1.16 or newer
      actions = [action.docker_task_stop.worker]
    }
  }
}

action "docker_task_stop" "worker" {
  config {
    task   = { name = "worker" }
    reason = "The worker is removed"
  }
}
