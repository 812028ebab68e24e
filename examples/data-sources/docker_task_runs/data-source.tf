resource "docker_task" "dump" {
  name  = "dump"
  image = "public.ecr.aws/docker/library/postgres:17"
}

# Every plan warns when no dump has run in the last 25 hours, and when one has failed that ECS still knows: for about an
# hour after its end.
check "nightly_dump" {
  data "docker_task_runs" "dump" {
    task      = docker_task.dump
    since     = timeadd(plantimestamp(), "-25h")
    history   = true
    log_lines = 5
  }

  assert {
    condition     = length(data.docker_task_runs.dump.runs) > 0
    error_message = "No dump has run since yesterday."
  }

  assert {
    condition = data.docker_task_runs.dump.failed == 0
    error_message = join("\n", [
      for run in data.docker_task_runs.dump.runs : "Dump ${run.task_id} failed at ${run.stopped_at}: ${run.stopped_reason}. ${join("\n", run.log_tail)}"
      if run.succeeded == false
    ])
  }
}
