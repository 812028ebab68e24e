# A likeness of terraform-aws-modules/ecs/aws//modules/service (version 6): the resources and
# variables that the guide "Coming from elsewhere" speaks of, by their names.

variable "name" {
  type = string
}

variable "image" {
  type    = string
  default = null
}

variable "create_task_definition" {
  type    = bool
  default = true
}

variable "task_definition_arn" {
  type    = string
  default = null
}

variable "create_task_exec_iam_role" {
  type    = bool
  default = true
}

variable "create_tasks_iam_role" {
  type    = bool
  default = true
}

locals {
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "task_exec" {
  count = var.create_task_exec_iam_role ? 1 : 0

  name               = "${var.name}-exec"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "task_exec" {
  count = var.create_task_exec_iam_role ? 1 : 0

  name   = "task-exec"
  role   = aws_iam_role.task_exec[0].name
  policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_iam_role" "tasks" {
  count = var.create_tasks_iam_role ? 1 : 0

  name               = "${var.name}-tasks"
  assume_role_policy = local.trust
}

resource "aws_cloudwatch_log_group" "this" {
  name = "/aws/ecs/${var.name}/${var.name}"
}

resource "aws_ecs_task_definition" "this" {
  count = var.create_task_definition ? 1 : 0

  family                   = var.name
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = try(aws_iam_role.task_exec[0].arn, null)
  task_role_arn            = try(aws_iam_role.tasks[0].arn, null)
  container_definitions    = jsonencode([{ name = var.name, image = var.image }])
}

resource "aws_ecs_service" "this" {
  name            = var.name
  launch_type     = "FARGATE"
  task_definition = var.create_task_definition ? aws_ecs_task_definition.this[0].arn : var.task_definition_arn
}

output "task_exec_iam_role_arn" {
  value = try(aws_iam_role.task_exec[0].arn, null)
}

output "tasks_iam_role_arn" {
  value = try(aws_iam_role.tasks[0].arn, null)
}
