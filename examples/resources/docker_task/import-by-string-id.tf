import {
  to = docker_task.transcode
  id = "transcode@us-east-1"
}
