import {
  to = docker_task.transcode
  identity = {
    name   = "transcode"
    region = "us-east-1"
  }
}
