# One run. Then the schedule deletes itself; its role stays until the resource is destroyed.

resource "docker_task_schedule" "migration" {
  name                    = "migration"
  task                    = { name = "migrate" }
  expression              = "at(2030-06-30T22:00:00)"
  time_zone               = "America/New_York"
  action_after_completion = "DELETE"
  cpu                     = 4096
  memory                  = 8192
}
