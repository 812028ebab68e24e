resource "docker_task_cluster" "batch" {
  name = "batch"

  # For tasks that are run without launch type and capacity providers: one of four on demand.
  default_strategy = [
    { name = "FARGATE", weight = 1 },
    { name = "FARGATE_SPOT", weight = 3 },
  ]
  container_insights = "enhanced"

  execute_command = {
    log_group = "/ecs/sessions" # exists
  }

  tags = { team = "video" }
}

resource "docker_task" "transcode" {
  name    = "transcode"
  image   = "public.ecr.aws/docker/library/busybox:1.37"
  command = ["sh", "-c", "echo transcoding"]
  cluster = docker_task_cluster.batch.name
}

resource "docker_task_schedule" "nightly" {
  name               = "nightly-transcode"
  task               = docker_task.transcode
  expression         = "cron(0 3 * * ? *)"
  capacity_providers = [] # the strategy of the cluster
}
