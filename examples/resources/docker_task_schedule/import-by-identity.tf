import {
  to = docker_task_schedule.nightly
  identity = {
    name   = "nightly-dump"
    group  = "default"
    region = "us-east-1"
  }
}
