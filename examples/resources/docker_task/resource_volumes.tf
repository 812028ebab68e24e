# A directory that the containers share while the task runs, and an EFS file system. With
# iam = true the task role may mount the file system through this access point, and write,
# because a container mounts it for writing.
resource "docker_task" "render" {
  name   = "render"
  image  = "public.ecr.aws/docker/library/busybox:1.37"
  cpu    = 2048
  memory = 4096

  volumes = {
    scratch = {}
    scenes = {
      efs = {
        file_system_id     = "fs-0a1b2c3d4e5f60718"
        access_point_id    = "fsap-0f1e2d3c4b5a69788"
        transit_encryption = true
        iam                = true
      }
    }
  }

  readonly_root_filesystem = true

  mount_points = [
    { source_volume = "scratch", container_path = "/tmp" },
    { source_volume = "scenes", container_path = "/scenes" },
  ]
}
