# A module for jobs, used once for each of them.
#
# Needs: the buckets and the role of the function. To run the jobs: the images, and the cluster default.

terraform {
  required_providers {
    docker = {
      source = "dockertask/docker"
    }
  }
}

provider "docker" {
  region = "eu-central-1"
}

locals {
  jobs = {
    dump = {
      image     = "public.ecr.aws/docker/library/postgres:17"
      command   = ["pg_dump", "--version"]
      wires     = { dumps = { object_store = "example-dumps", access = "write", env_prefix = "DUMPS_" } }
      schedules = { nightly = { expression = "cron(0 3 * * ? *)", time_zone = "Europe/Berlin" } }
    }
    transcode = {
      image          = "public.ecr.aws/docker/library/busybox:1.37"
      cpu            = 1024
      memory         = 2048
      wires          = { uploads = { object_store = "example-uploads", access = "read" } }
      consumer_roles = ["api"]
    }
  }
}

module "job" {
  source   = "./job"
  for_each = local.jobs

  name           = each.key
  image          = each.value.image
  command        = lookup(each.value, "command", null)
  cpu            = lookup(each.value, "cpu", 256)
  memory         = lookup(each.value, "memory", 512)
  wires          = each.value.wires
  schedules      = lookup(each.value, "schedules", {})
  consumer_roles = lookup(each.value, "consumer_roles", [])
  notify_topic   = "job-failures"
}

output "environment" {
  description = "Variables for the functions that run the jobs, by job and role."
  value       = { for name, job in module.job : name => job.environment }
}
