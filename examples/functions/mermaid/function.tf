resource "docker_task" "dump" {
  name  = "dump"
  image = "public.ecr.aws/docker/library/postgres:17"
  wires = { dumps = { object_store = "example-dumps", access = "write" } }
}

resource "docker_task_schedule" "nightly" {
  name       = "nightly"
  task       = docker_task.dump
  expression = "cron(0 3 * * ? *)"
}

resource "docker_task_subscription" "failed" {
  task          = docker_task.dump
  topic         = "failures"
  only_failures = true
}

# flowchart LR
#   n0(["schedule: nightly"])
#   n1["dump"]
#   n2[("object_store: example-dumps")]
#   n3[("topic: failures")]
#   n0 -->|"cron(0 3 * * ? *)"| n1
#   n1 -.->|"write"| n2
#   n1 -->|"fails"| n3
output "picture" {
  value = provider::docker::mermaid(docker_task.dump, docker_task_schedule.nightly, docker_task_subscription.failed)
}
