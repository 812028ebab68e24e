# What has run in the retention time of the log, without exit codes: ECS forgets a task about an hour after its end.
data "docker_task_runs" "history" {
  task        = { name = "dump" }
  history     = true
  max_results = 50
}

output "runs" {
  value = [for run in data.docker_task_runs.history.runs : "${run.started_at} ${run.logs_url}"]
}
