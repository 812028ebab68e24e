# The whole task: an output has no type that could drop an attribute.
output "task" {
  description = "The docker task, for wires, schedules and runs elsewhere."
  value       = docker_task.this
}

output "environment" {
  description = "Variables for the functions that run the job, by role."
  value       = { for role, wire in docker_task_wire.this : role => wire.environment }
}

output "policies" {
  description = "What the job may do: the policies of its two roles."
  value = {
    execution = docker_task.this.execution_role_policy_json
    task      = docker_task.this.task_role_policy_json
  }
}
