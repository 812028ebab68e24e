# A pipeline registers revisions of the task definition, with its two roles, and nothing else. The role is
# that of the pipeline, here one that is managed elsewhere. Terraform keeps the image that was deployed last.

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  lifecycle {
    ignore_changes = [image]
  }
}

resource "docker_task_wire" "deploy" {
  task          = docker_task.transcode
  consumer_role = "github-deploy"
  integration   = "deploy"
}
