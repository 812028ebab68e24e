"""Starts the transcoding task for each object that was uploaded."""

import hashlib
import os
import urllib.parse

import boto3

ecs = boto3.client("ecs")


def ids(name):
    return [part for part in os.environ[name].split(",") if part]


def handler(event, context):
    for record in event["Records"]:
        entry = record["s3"]["object"]
        answer = ecs.run_task(
            cluster=os.environ["DOCKER_TASK_CLUSTER"],
            taskDefinition=os.environ["DOCKER_TASK_ARN"],
            launchType=os.environ["DOCKER_TASK_LAUNCH_TYPE"],
            # S3 may tell twice of one upload; the same token starts one task.
            clientToken=hashlib.sha256((entry["key"] + entry["sequencer"]).encode()).hexdigest(),
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": ids("DOCKER_TASK_SUBNETS"),
                    "securityGroups": ids("DOCKER_TASK_SECURITY_GROUPS"),
                    "assignPublicIp": os.environ["DOCKER_TASK_ASSIGN_PUBLIC_IP"],
                }
            },
            overrides={
                "containerOverrides": [
                    {
                        "name": os.environ["DOCKER_TASK_CONTAINER"],
                        "environment": [
                            {"name": "KEY", "value": urllib.parse.unquote_plus(entry["key"])}
                        ],
                    }
                ]
            },
        )
        if answer["failures"]:
            raise RuntimeError(f"ECS did not start the task: {answer['failures']}")
