resource "docker_task" "api" {
  name  = "api"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

# A carrier: it is replaced with each revision, and runs the action. If the action fails it is tainted, so that the next
# apply runs it again; what depends on it waits. Terraform 1.16 or newer.
resource "terraform_data" "migrated" {
  triggers_replace = [docker_task.api.revision]

  lifecycle {
    action_trigger {
      events     = [after_create]
      actions    = [action.docker_task_run.migrate]
      on_failure = taint
    }
  }
}

action "docker_task_run" "migrate" {
  config {
    task     = docker_task.api
    revision = docker_task.api.revision
    command  = ["bin/migrate"]
  }
}
