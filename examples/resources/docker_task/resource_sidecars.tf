# Sidecars have the attributes of the main container; they log to the task's log group.
resource "docker_task" "checkout" {
  name   = "checkout"
  image  = "public.ecr.aws/docker/library/busybox:1.37"
  cpu    = 1024
  memory = 2048

  depends_on_containers = {
    migrate = "SUCCESS"
    proxy   = "HEALTHY"
  }

  sidecars = {
    # Runs before the main container; may end while the others run.
    migrate = {
      image     = "public.ecr.aws/docker/library/busybox:1.37"
      command   = ["sh", "-c", "echo migrating"]
      essential = false
      secrets   = { DATABASE_URL = "/checkout/database-url" }
    }

    proxy = {
      image              = "public.ecr.aws/docker/library/nginx:1.29"
      memory_reservation = 128
      ports              = [{ container_port = 80 }]

      health_check = {
        command      = ["CMD-SHELL", "curl -fsS -o /dev/null http://localhost/ || exit 1"]
        interval     = 10
        start_period = 5
      }

      ulimits = { nofile = { soft_limit = 65536, hard_limit = 65536 } }
    }
  }
}
