# By the name of the cluster, and region where it is not the provider's.
terraform import docker_task_cluster.default default@us-east-1
