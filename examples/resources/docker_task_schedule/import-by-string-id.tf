import {
  to = docker_task_schedule.nightly
  id = "default/nightly-dump@us-east-1"
}
