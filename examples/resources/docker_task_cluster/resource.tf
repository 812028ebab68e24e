# A new account has no cluster. Where the cluster default exists, it is taken over, and stays on destroy.
resource "docker_task_cluster" "default" {}

resource "docker_task" "transcode" {
  name    = "transcode"
  image   = "public.ecr.aws/docker/library/busybox:1.37"
  cluster = docker_task_cluster.default.name
}
