# What the task and its consumer may do, without credentials and without a network: terraform test

provider "docker" {
  region     = "us-east-1"
  account_id = "123456789012"
}

run "policies" {
  command = plan

  assert {
    condition = alltrue([
      for action in flatten(jsondecode(docker_task.transcode.task_role_policy_json).Statement[*].Action) :
      can(regex("^s3:(Get|List)", action))
    ])
    error_message = "The task does more than read its bucket."
  }

  assert {
    condition = alltrue([
      for s in jsondecode(docker_task_wire.api.policy_json).Statement :
      !contains(flatten([s.Resource]), "*")
    ])
    error_message = "The function has a right on every resource."
  }

  assert {
    condition     = docker_task_wire.api.environment["DOCKER_TASK_CONTAINER"] == "transcode"
    error_message = "The function does not find the container."
  }
}
