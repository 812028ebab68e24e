# Every night at 03:00 in Berlin, in summer and winter.

resource "docker_task" "dump" {
  name  = "dump"
  image = "public.ecr.aws/docker/library/postgres:17"
}

resource "docker_task_schedule" "nightly" {
  name       = "nightly-dump"
  task       = docker_task.dump
  expression = "cron(0 3 * * ? *)"
  time_zone  = "Europe/Berlin"
  command    = ["sh", "-c", "pg_dump --schema-only > /tmp/dump.sql"]
}
