# By name, after the group and a slash where that is not the default one, and before the
# region where that is not the provider's.
terraform import docker_task_schedule.nightly default/nightly-dump@us-east-1
