# Only name and image are required. The provider adds two roles, their policies and a log
# group. Consumers run the task in the subnets of the default VPC.
resource "docker_task" "transcode" {
  name    = "transcode"
  image   = "public.ecr.aws/docker/library/busybox:1.37"
  command = ["sh", "-c", "echo transcoding $INPUT"]
  cpu     = 1024 # one vCPU; memory is then 2048 MiB, the smallest that goes with it

  environment = {
    INPUT = "s3://uploads/holiday.mov"
  }
}
