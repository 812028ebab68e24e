# What the states of this folder are of: every resource with little, and with much. Subnets are
# set, because those of the default VPC have other ids in every account.

locals {
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}

resource "docker_task" "least" {
  name       = "tf-acc-dt-frozen-least"
  image      = "busybox"
  subnet_ids = local.subnets
}

resource "docker_task" "most" {
  name                    = "tf-acc-dt-frozen-most"
  image                   = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app:1.0"
  container_name          = "app"
  cpu                     = 1024
  memory                  = 4096
  architecture            = "ARM64"
  operating_system_family = "LINUX"
  ephemeral_storage_gib   = 30
  command                 = ["serve", "--all"]
  entry_point             = ["/app"]
  working_directory       = "/srv"
  user                    = "1000:1000"
  environment             = { STAGE = "live", EMPTY = "" }
  environment_files       = ["arn:aws:s3:::settings/app.env"]
  secrets = {
    TOKEN    = "/app/token"
    PASSWORD = "arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf:password::"
  }
  secrets_kms_key_arns     = ["arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]
  repository_credentials   = "arn:aws:secretsmanager:us-east-1:111122223333:secret:registry-AbCdEf"
  ports                    = [{ container_port = 8080, protocol = "tcp", name = "http", app_protocol = "http" }]
  health_check             = { command = ["CMD", "true"], interval = 20, timeout = 4, retries = 2, start_period = 10 }
  depends_on_containers    = { proxy = "HEALTHY" }
  ulimits                  = { nofile = { soft_limit = 1024, hard_limit = 4096 } }
  linux_parameters         = { init_process_enabled = true }
  mount_points             = [{ source_volume = "data", container_path = "/data" }]
  readonly_root_filesystem = true
  start_timeout            = 60
  stop_timeout             = 90
  restart_policy           = { enabled = true, ignored_exit_codes = [3], restart_attempt_period = 120 }
  docker_labels            = { team = "video" }
  enable_execute_command   = false

  sidecars = {
    proxy = {
      image        = "envoyproxy/envoy:v1.30"
      essential    = false
      environment  = { LEVEL = "info" }
      health_check = { command = ["CMD", "true"] }
    }
  }

  volumes = {
    data = { efs = { file_system_id = "fs-0123456789abcdef0", transit_encryption = true } }
  }

  cluster            = "media"
  subnet_ids         = local.subnets
  security_group_ids = ["sg-0123456789abcdef0"]
  assign_public_ip   = true

  log_group = { name = "/apps/tf-acc-dt-frozen-most", retention_in_days = 7 }
  execution_role = {
    name        = "tf-acc-dt-frozen-most-starts"
    path        = "/tasks/"
    description = "Starts."
  }
  task_role = {
    description          = "Runs."
    max_session_duration = 7200
    policies = {
      mail = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "ses:SendEmail", Resource = "arn:aws:ses:us-east-1:111122223333:identity/example.com" }]
      })
    }
  }

  wires = {
    uploads  = { object_store = "uploads", access = "read" }
    jobs     = { job_queue = "jobs", access = "read_write", env_prefix = "WORK_" }
    api      = { rest_api = { id = "a1b2c3d4e5", stage = "prod" } }
    key      = { parameter = "/app/*", access = "read", containers = ["proxy"] }
    dependee = { docker_task = docker_task.least }
  }

  keep_revisions = 2
  tags           = { team = "video" }
  timeouts       = { create = "10m" }
}

resource "docker_task" "json" {
  name       = "tf-acc-dt-frozen-json"
  subnet_ids = local.subnets
  definition_json = jsonencode({
    family                  = "shop"
    cpu                     = "256"
    memory                  = "512"
    networkMode             = "awsvpc"
    requiresCompatibilities = ["FARGATE"]
    containerDefinitions    = [{ name = "shop", image = "nginx", environment = [{ name = "A", value = "1" }] }]
  })
  environment = { STAGE = "live" }
}

resource "docker_task_wire" "least" {
  task          = docker_task.least
  consumer_role = "tf-acc-dt-frozen-consumer"
}

resource "docker_task_wire" "most" {
  task           = docker_task.most
  consumer_role  = "tf-acc-dt-frozen-consumer"
  integration    = "step_functions_task_token"
  state_machine  = "nightly"
  next_state     = "Done"
  propagate_tags = true
  revision       = 1
  env_prefix     = "MOST_"
  policy_name    = "most"
}

resource "docker_task_schedule" "least" {
  name       = "tf-acc-dt-frozen-least"
  task       = docker_task.least
  expression = "cron(0 3 * * ? *)"
}

resource "docker_task_schedule" "most" {
  name                    = "tf-acc-dt-frozen-most"
  task                    = docker_task.most
  revision                = 1
  expression              = "rate(15 minutes)"
  time_zone               = "Europe/Berlin"
  flexible_window_minutes = 5
  start                   = "2090-01-01T00:00:00Z"
  end                     = "2091-01-01T00:00:00Z"
  description             = "Crawls."
  capacity_providers      = [{ name = "FARGATE_SPOT" }]
  platform_version        = "1.4.0"
  task_count              = 2
  command                 = ["crawl"]
  environment             = { DEPTH = "3" }
  cpu                     = 2048
  memory                  = 4096
  propagate_tags          = true
  retry                   = { maximum_attempts = 3, maximum_age_seconds = 600 }
  dead_letter_queue       = { queue = "tf-acc-dt-frozen-lost" }
  tags                    = { team = "video" }
}

resource "docker_task_subscription" "least" {
  task  = docker_task.least
  queue = "tf-acc-dt-frozen-queue"
}

resource "docker_task_subscription" "most" {
  name        = "tf-acc-dt-frozen-most"
  task        = docker_task.most
  queue       = "tf-acc-dt-frozen-queue"
  statuses    = ["STOPPED"]
  exit_codes  = [0, 3]
  any_cluster = true
  description = "Tells."
  input_transformer = {
    paths    = { task = "$.detail.taskArn" }
    template = "{\"task\": <task>}"
  }
  retry             = { maximum_attempts = 4, maximum_age_seconds = 3600 }
  dead_letter_queue = { queue = "tf-acc-dt-frozen-lost" }
  tags              = { team = "video" }
}
