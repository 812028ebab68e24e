# Two tasks that run each other. Each wire gives its task by name alone, so neither task must
# exist first: policy and environment follow from the naming rules, the defaults, and the
# provider's region and account. Add settings that differ (cluster, subnet_ids, role names, …)
# to the object.

locals {
  cluster = "batch"
}

resource "docker_task_wire" "to_split" {
  task          = { name = "split", cluster = local.cluster }
  attach_policy = false
}

resource "docker_task_wire" "to_merge" {
  task          = { name = "merge", cluster = local.cluster }
  attach_policy = false
}

resource "docker_task" "split" {
  name        = "split"
  image       = "public.ecr.aws/docker/library/busybox:1.37"
  cluster     = local.cluster
  environment = docker_task_wire.to_merge.environment

  task_role = {
    policies = { run-merge = docker_task_wire.to_merge.policy_json }
  }
}

resource "docker_task" "merge" {
  name        = "merge"
  image       = "public.ecr.aws/docker/library/busybox:1.37"
  cluster     = local.cluster
  environment = docker_task_wire.to_split.environment

  task_role = {
    policies = { run-split = docker_task_wire.to_split.policy_json }
  }
}
