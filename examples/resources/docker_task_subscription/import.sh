# By the name of the rule, and region where it is not the provider's.
terraform import docker_task_subscription.notify transcode-notify-function@us-east-1
