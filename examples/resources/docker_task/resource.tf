# All that is required: a name and an image. Two roles, their policies and a log group come
# with it, and the default VPC's subnets are where consumers run it.
resource "docker_task" "transcode" {
  name    = "transcode"
  image   = "public.ecr.aws/docker/library/busybox:1.37"
  command = ["sh", "-c", "echo transcoding $INPUT"]
  cpu     = 1024 # one vCPU; memory is then 2048 MiB, the smallest that goes with it

  environment = {
    INPUT = "s3://uploads/holiday.mov"
  }
}
