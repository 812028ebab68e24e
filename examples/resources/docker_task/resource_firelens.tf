# The container's output goes to a log router in the task, and from there to a Kinesis data
# stream. The router writes with the task role, so a wire gives the permission. Its own log
# goes to the task's log group.
resource "docker_task" "ingest" {
  name  = "ingest"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  log_driver = "awsfirelens"
  log_options = {
    Name   = "kinesis_streams"
    region = "us-east-1"
    stream = "logs"
  }

  wires = {
    logs = { stream = "logs", access = "write" }
  }

  sidecars = {
    log-router = {
      image              = "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.0"
      memory_reservation = 64
      user               = "0"

      firelens_configuration = {
        type    = "fluentbit"
        options = { enable-ecs-log-metadata = "true" }
      }
    }
  }
}
