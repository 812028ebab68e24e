resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

# For a permission set of the people who may run the task by hand.
output "operators" {
  value = provider::docker::run_policy_json(docker_task.transcode, ["run", "describe", "stop"])
}
