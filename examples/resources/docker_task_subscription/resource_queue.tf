# A queue receives a message in its own format for every task that ends with exit code 0 or 3.
# Events that cannot be delivered within an hour go to another queue.

resource "docker_task" "transcode" {
  name  = "transcode"
  image = "public.ecr.aws/docker/library/busybox:1.37"
}

resource "aws_sqs_queue" "done" {
  name = "transcode-done"
}

resource "aws_sqs_queue" "lost" {
  name = "transcode-lost"
}

resource "docker_task_subscription" "done" {
  task       = docker_task.transcode
  queue      = aws_sqs_queue.done.name
  exit_codes = [0, 3]

  input_transformer = {
    paths = {
      task    = "$.detail.taskArn"
      version = "$.detail.version"
    }
    template = <<-EOT
      {"task": <task>, "version": <version>}
    EOT
  }

  retry             = { maximum_age_seconds = 3600 }
  dead_letter_queue = { queue = aws_sqs_queue.lost.name }
}
