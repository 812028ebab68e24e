# By name, and region where it is not the provider's.
terraform import docker_task.transcode transcode@us-east-1
