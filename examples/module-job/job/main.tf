# A job: a docker task, its schedules, its consumers, and whoever is told when it fails.

terraform {
  required_providers {
    docker = {
      source = "dockertask/docker"
    }
  }
}

resource "docker_task" "this" {
  name        = var.name
  image       = var.image
  command     = var.command
  environment = var.environment
  secrets     = var.secrets
  cpu         = var.cpu
  memory      = var.memory
  wires       = var.wires
  tags        = var.tags

  cluster            = var.network.cluster
  subnet_ids         = var.network.subnet_ids
  security_group_ids = var.network.security_group_ids
  assign_public_ip   = var.network.assign_public_ip
}

# The key becomes part of the names, so that two modules never have the same ones.
resource "docker_task_schedule" "this" {
  for_each = var.schedules

  name        = "${var.name}-${each.key}"
  task        = docker_task.this
  expression  = each.value.expression
  time_zone   = each.value.time_zone
  command     = each.value.command
  environment = each.value.environment
}

resource "docker_task_wire" "this" {
  for_each = var.consumer_roles

  task          = docker_task.this
  consumer_role = each.value
}

resource "docker_task_subscription" "failed" {
  count = var.notify_topic == null ? 0 : 1

  task          = docker_task.this
  topic         = var.notify_topic
  only_failures = true
  # The topic belongs to another stack, which lets EventBridge publish to it: with
  # dead_letter_permission_json and permission_json there.
  attach_permission = false
}
