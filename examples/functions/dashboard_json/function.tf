resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

resource "aws_cloudwatch_dashboard" "transcode" {
  dashboard_name = "transcode"
  dashboard_body = provider::docker::dashboard_json(docker_task.transcode)
}
