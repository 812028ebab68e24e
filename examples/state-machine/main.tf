# A state machine runs a task and waits for its result by a task token. It catches a failure
# that the task reports. User and password of the database come from SSM, and the task's log
# is kept for 30 days.
#
# The article "Orchestrate ECS Tasks with StepFunction" builds the same by hand.
# Lines without blank lines and comments:
#   CloudFormation and state machine of the article: 148 (log group, two roles, task
#     definition, state machine; without its repository, its cluster and its image)
#   this file from the first resource on: 45
#
# Needs: a default VPC. To run the task: the image of the Dockerfile beside this file in place of busybox, whose
# entry point sends the result; the two parameters; and the cluster default, which aws ecs create-cluster creates.

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

resource "docker_task" "dump" {
  name  = "dump"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  secrets = {
    DB_USER = "/dump/db-user"
    DB_PASS = "/dump/db-pass"
  }
}

data "aws_iam_policy_document" "states" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "dump" {
  name               = "dump-state-machine"
  assume_role_policy = data.aws_iam_policy_document.states.json
}

# RunTask and PassRole for the state machine, and the permission to send the result for the task.
# The name of the state machine is enough, so neither has to exist first.
resource "docker_task_wire" "dump" {
  task            = docker_task.dump
  consumer_role   = aws_iam_role.dump.name
  integration     = "step_functions_task_token"
  state_machine   = "dump"
  next_state      = "Success"
  command         = ["echo", "dumped"]
  timeout_seconds = 300
}

resource "aws_sfn_state_machine" "dump" {
  name     = "dump"
  role_arn = aws_iam_role.dump.arn
  definition = jsonencode({
    StartAt = "ExecuteTask"
    States = {
      ExecuteTask = merge(jsondecode(docker_task_wire.dump.state_json), {
        ResultPath = "$.Output"
        Catch      = [{ ErrorEquals = ["ScriptFailed"], Next = "Fail" }]
      })
      Success = { Type = "Succeed", InputPath = "$.Output" }
      Fail    = { Type = "Fail", Error = "ScriptError", Cause = "An error occurred during script execution." }
    }
  })
}
