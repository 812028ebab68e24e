# A smoke test after each deploy, whose failure is shown and stops nothing; and at any time by hand:
# terraform apply -invoke=action.docker_task_run.smoke
resource "docker_task" "web" {
  name  = "web"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  lifecycle {
    action_trigger {
      events     = [after_create, after_update]
      actions    = [action.docker_task_run.smoke]
      on_failure = continue
    }
  }
}

action "docker_task_run" "smoke" {
  config {
    task     = caller
    command  = ["bin/smoke"]
    timeouts = { invoke = "15m" }
  }
}
