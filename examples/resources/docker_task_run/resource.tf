resource "docker_task" "api" {
  name  = "api"
  image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/api@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
}

# The migration of the database: again for each new revision, until it succeeds.
resource "docker_task_run" "migrate" {
  task     = docker_task.api
  revision = docker_task.api.revision
  command  = ["bin/migrate"]
}

# The service gets the new revision only after the migration.
resource "aws_ecs_service" "api" {
  name            = "api"
  cluster         = docker_task.api.cluster_arn
  task_definition = docker_task_run.migrate.task_definition_arn
  desired_count   = 2
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = docker_task.api.subnet_ids
    security_groups  = docker_task.api.security_group_ids
    assign_public_ip = docker_task.api.assign_public_ip
  }
}
