# Consumers run the task in this cluster and network. A task definition has no fields for it:
# the provider stores it in tags, and docker_task_wire passes it to consumers.
resource "docker_task" "crawl" {
  name  = "crawl"
  image = "public.ecr.aws/docker/library/busybox:1.37"

  cluster            = "batch"
  subnet_ids         = ["subnet-0a1b2c3d4e5f60718", "subnet-08192a3b4c5d6e7f0"]
  security_group_ids = ["sg-0f1e2d3c4b5a69788"]

  # For Service Connect.
  ports = [
    { container_port = 8080, name = "status", app_protocol = "http" },
    { container_port = 8125, protocol = "udp" },
  ]
}
