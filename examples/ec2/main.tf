# The same task on Fargate and on a cluster with container instances of EC2. Launch type and
# cluster differ. Everything else is the same, including wires and consumers.
#
# Needs: a role trainer, and a default VPC. To run the tasks: the cluster default, which
# aws ecs create-cluster creates, and container instances in the cluster gpu.

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

locals {
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

resource "docker_task" "train" {
  name   = "train"
  image  = local.image
  cpu    = 4096
  memory = 16384
}

# The cluster; its container instances are managed elsewhere.
resource "aws_ecs_cluster" "gpu" {
  name = "gpu"
}

resource "docker_task" "train_on_ec2" {
  name         = "train-on-ec2"
  image        = local.image
  launch_types = ["EC2"]
  cluster      = aws_ecs_cluster.gpu.name
  cpu          = 4096
  memory       = 16384

  # Not available on Fargate.
  resource_requirements = [{ type = "GPU", value = "1" }]
  linux_parameters      = { shared_memory_size = 2048 }
  placement_constraints = [{ expression = "attribute:ecs.instance-type =~ g5.*" }]

  volumes      = { data = { host_path = "/mnt/data" } }
  mount_points = [{ source_volume = "data", container_path = "/data", read_only = true }]
}

# With network_mode bridge, the default on EC2, a task has no subnets: these variables are
# empty, and RunTask is called without a network configuration.
resource "docker_task_wire" "train_on_ec2" {
  task          = docker_task.train_on_ec2
  consumer_role = "trainer"
}

# The default capacity provider strategy of the cluster, if it has one, selects the instances.
# Without capacity_providers, the schedule would use launch type EC2.
resource "docker_task_schedule" "train_on_ec2" {
  name               = "train-on-ec2"
  task               = docker_task.train_on_ec2
  expression         = "rate(7 days)"
  capacity_providers = []
}
