# The current image of a tag: a push to the tag is a change in the next plan.
data "docker_task_image" "transcode" {
  image        = "public.ecr.aws/docker/library/busybox:1.37"
  architecture = "ARM64"
}

resource "docker_task" "transcode" {
  name         = "transcode"
  image        = data.docker_task_image.transcode.reference
  architecture = "ARM64"
}
