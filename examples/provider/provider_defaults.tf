# What a company sets once, for every task of the configuration.

provider "docker" {
  region = "eu-central-1"

  defaults = {
    cluster               = "jobs"
    subnet_ids            = ["subnet-0a1b2c3d4e5f60718", "subnet-0f1e2d3c4b5a69788"]
    security_group_ids    = ["sg-0a1b2c3d4e5f60718"]
    permissions_boundary  = "arn:aws:iam::aws:policy/PowerUserAccess"
    role_path             = "/jobs/"
    log_retention_in_days = 90
  }
}

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  log_group = { retention_in_days = 365 } # comes before the default
}
