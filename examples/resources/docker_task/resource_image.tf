# A private image in ECR: the execution role may log in to the registry and pull from this
# one repository. An image from any other registry needs no permission.
resource "docker_task" "thumbnails" {
  name         = "thumbnails"
  image        = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/video/thumbnails:4.2.0"
  architecture = "ARM64"
  cpu          = 2048
  memory       = 8192
  entry_point  = ["/usr/local/bin/thumbnails"]
  command      = ["--width", "320"]
  user         = "1000:1000"

  working_directory = "/tmp"

  # Keeps the image that a pipeline deploys by registering a revision.
  lifecycle {
    ignore_changes = [image]
  }
}
