# The families that other tools registered. A list has at most 100 results unless limit says otherwise.
list "docker_task" "others" {
  provider = docker
  limit    = 500

  config {
    managed = false
  }
}
