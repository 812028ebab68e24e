resource "docker_task" "catalog" {
  name   = "catalog"
  image  = "public.ecr.aws/docker/library/python:3.13-slim"
  cpu    = 256
  memory = 512
}

# A first fill, with another size. It runs again if the file changes, not if the image does.
resource "docker_task_run" "fill" {
  task        = docker_task.catalog
  command     = ["python", "-c", "print('filled')"]
  environment = { SOURCE = "s3://example-imports/catalog.csv" }
  cpu         = 1024
  memory      = 2048
  triggers    = { file = "2030-01-31" }
  timeouts    = { create = "3h", update = "3h" }
}
