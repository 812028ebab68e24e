list "docker_task_subscription" "others" {
  provider = docker

  config {
    managed = false
  }
}
