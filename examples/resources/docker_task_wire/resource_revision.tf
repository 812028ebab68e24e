# A consumer that runs the revision of this apply. The default is the newest revision; with a
# fixed one, policy and environment change with every deploy.

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

resource "docker_task_wire" "api" {
  task          = docker_task.transcode
  revision      = docker_task.transcode.revision
  consumer_role = "api"
}
