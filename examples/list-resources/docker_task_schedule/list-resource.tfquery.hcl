list "docker_task_schedule" "nightly" {
  provider = docker

  config {
    group       = "default"
    name_prefix = "nightly-"
  }
}
