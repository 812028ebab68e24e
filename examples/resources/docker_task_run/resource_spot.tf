resource "docker_task" "index" {
  name  = "index"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

# On spare capacity: up to three more attempts if AWS takes it back, from then on without Spot. Exit code 75 is
# "try again" by the program's own convention, and 3 is "nothing to do".
resource "docker_task_run" "index" {
  task               = docker_task.index
  revision           = docker_task.index.revision
  capacity_providers = [{ name = "FARGATE_SPOT" }]
  success_exit_codes = [0, 3]
  retry = {
    attempts              = 3
    exit_codes            = [75]
    fallback_to_on_demand = true
  }
}
