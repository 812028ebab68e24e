# A service of a docker task: docker_task manages task definition, roles and log group, and
# aws_ecs_service keeps the task running. Each change of the task is a new revision, which the
# service deploys.
#
# Needs: a default VPC, and the cluster default, which aws ecs create-cluster creates.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    docker = {
      source = "dockertask/docker"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

provider "docker" {
  region = "us-east-1"
}

resource "docker_task" "web" {
  name   = "web"
  image  = "public.ecr.aws/docker/library/nginx:1.29"
  cpu    = 512
  memory = 1024

  ports = [{ container_port = 80, name = "http", app_protocol = "http" }]

  health_check = {
    command = ["CMD-SHELL", "curl -fsS -o /dev/null http://localhost/ || exit 1"]
  }
}

# Cluster and subnets of the task.
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = docker_task.web.cluster_arn
  task_definition = docker_task.web.arn
  launch_type     = "FARGATE"
  desired_count   = 2

  network_configuration {
    subnets          = docker_task.web.subnet_ids
    security_groups  = docker_task.web.security_group_ids
    assign_public_ip = docker_task.web.assign_public_ip
  }
}
