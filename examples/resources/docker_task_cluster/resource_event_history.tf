resource "docker_task_cluster" "jobs" {
  name          = "jobs"
  event_history = { retention_in_days = 30 }
}

# The tasks that failed, with their exit codes: for CloudWatch Logs Insights.
output "failed_tasks" {
  value = {
    log_group = docker_task_cluster.jobs.event_log_group_name
    query     = "fields @timestamp, detail.taskArn, detail.stopCode, detail.stoppedReason, detail.containers.0.exitCode | filter detail.lastStatus = 'STOPPED' and detail.containers.0.exitCode != 0 | sort @timestamp desc"
  }
}
