# The roles of a task of another stack, for a permissions boundary:
# ["transcode-eu-central-1-execution", "transcode-eu-central-1-task"]
output "roles" {
  value = [for kind in ["execution_role", "task_role"] : provider::docker::names("transcode", "eu-central-1")[kind]]
}
