# What the module promises, without credentials and without a network: terraform test

provider "docker" {
  region     = "eu-central-1"
  account_id = "123456789012"
}

run "least_privilege" {
  command = plan

  module {
    source = "./job"
  }

  variables {
    name           = "export"
    image          = "busybox"
    wires          = { reports = { object_store = "example-reports", access = "write" } }
    consumer_roles = ["api"]
    network        = { subnet_ids = ["subnet-0a1b2c3d"], assign_public_ip = false }
  }

  assert {
    condition = alltrue([
      for action in flatten(jsondecode(output.policies.task).Statement[*].Action) : !can(regex("^s3:(Get|List)Object", action))
    ])
    error_message = "A job that writes reports may read them."
  }

  assert {
    condition     = output.environment["api"]["DOCKER_TASK_SUBNETS"] == "subnet-0a1b2c3d"
    error_message = "The function does not run the job in the network that was given."
  }

  assert {
    condition     = length(docker_task_subscription.failed) == 0
    error_message = "Somebody is told of failures without a topic."
  }
}

run "schedules_have_names_of_their_own" {
  command = plan

  module {
    source = "./job"
  }

  variables {
    name  = "export"
    image = "busybox"
    schedules = {
      nightly = { expression = "cron(0 3 * * ? *)" }
      monthly = { expression = "cron(0 4 1 * ? *)", command = ["export", "--all"] }
    }
    network = { subnet_ids = ["subnet-0a1b2c3d"] }
  }

  assert {
    condition     = docker_task_schedule.this["monthly"].name == "export-monthly"
    error_message = "The name of a schedule is not made of the job's and its own."
  }
}
