"""The demo's AWS account seen, and changed, from outside Terraform.

    account.py create-role NAME             the role of a function, as another stack makes it
    account.py create-cluster               the cluster "default"
    account.py play JSON                    what happens to the next task that is run (acctest/stage)
    account.py show ROLE FAMILY             the unit's parts, and the role's inline policies
    account.py policies ROLE...             the roles' policies, as JSON for tools/demo/may
    account.py deploy FAMILY IMAGE          a revision with another image, as a pipeline registers it
    account.py change-by-hand ROLE FAMILY   widens the role's policy, keeps the log longer
    account.py left ROLE                    fails unless ROLE, without a policy, is all there is

Endpoint, credentials and region come from the environment (AWS_ENDPOINT_URL, ...).
"""

import json
import os
import signal
import sys
import urllib.request

import boto3

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback


def create_role(name):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam_client().create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))


def create_cluster():
    boto3.client("ecs").create_cluster()


def play(document):
    url = os.environ["AWS_ENDPOINT_URL"] + "/stage/next"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(url, document.encode()).close()


def show(role, family):
    for revision in active_revisions(family):
        image = definition(revision)["containerDefinitions"][0]["image"]
        print(f"revision   {revision.rpartition('/')[2]}, image {image}")
    for name in role_names():
        if name != role:
            print(f"role       {name}")
    for group in log_groups():
        print(f"log group  {group['logGroupName']}, {retention(group)}")
    for name in inline_policies(role):
        print(f"policy     {name}, on the role {role}")


def policies(*roles):
    identity = boto3.client("sts").get_caller_identity()
    document = {
        "partition": identity["Arn"].split(":")[1],
        "account": identity["Account"],
        "region": boto3.session.Session().region_name,
        "roles": [
            {"name": role, "policies": list(map(json.dumps, documents(role)))}
            for role in roles
        ],
    }
    print(json.dumps(document))


def deploy(family, image):
    newest = definition(family)
    taken = {
        name: newest[name]
        for name in boto3.client("ecs")
        .meta.service_model.operation_model("RegisterTaskDefinition")
        .input_shape.members
        if name in newest
    }
    taken["containerDefinitions"][0]["image"] = image
    made = boto3.client("ecs").register_task_definition(**taken)["taskDefinition"]
    print(f"ecs:RegisterTaskDefinition: {made['family']}:{made['revision']}, image {image}")


def change_by_hand(role, family):
    group, days = f"/ecs/{family}", 3653
    print(f"logs:PutRetentionPolicy: {group}, {days} days")
    boto3.client("logs").put_retention_policy(logGroupName=group, retentionInDays=days)
    for name, document in inline_policies(role).items():
        for statement in document["Statement"]:
            if statement["Action"] == "iam:PassRole":
                statement["Resource"] = "*"
        print(f"iam:PutRolePolicy: {name}, iam:PassRole on *\n")
        iam_client().put_role_policy(
            RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document)
        )


def left(role):
    rest = [f"role {name}" for name in role_names() if name != role]
    rest += [f"inline policy {name} of role {role}" for name in inline_policies(role)]
    rest += [f"active revision {arn}" for arn in active_revisions()]
    rest += [f"log group {group['logGroupName']}" for group in log_groups()]
    if rest:
        sys.exit("Left behind: " + ", ".join(rest))
    print(f"The account has the role {role}, without a policy, and nothing else.")


def iam_client():
    # IAM is global.
    return boto3.client("iam", region_name="aws-global")


def inline_policies(role):
    """Documents by policy name."""
    iam = iam_client()
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in names
    }


def documents(role):
    """All policies of a role: inline ones and attached ones."""
    yield from inline_policies(role).values()
    iam = iam_client()
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        yield found["PolicyVersion"]["Document"]


def role_names():
    return sorted(role["RoleName"] for role in iam_client().list_roles()["Roles"])


def active_revisions(family=None):
    search = {"status": "ACTIVE"} | ({"familyPrefix": family} if family else {})
    return boto3.client("ecs").list_task_definitions(**search)["taskDefinitionArns"]


def definition(name):
    found = boto3.client("ecs").describe_task_definition(taskDefinition=name)
    return found["taskDefinition"]


def log_groups():
    return boto3.client("logs").describe_log_groups()["logGroups"]


def retention(group):
    days = group.get("retentionInDays")
    return f"kept {days} days" if days else "kept forever"


commands = {
    "create-role": create_role,
    "create-cluster": create_cluster,
    "play": play,
    "show": show,
    "policies": policies,
    "deploy": deploy,
    "change-by-hand": change_by_hand,
    "left": left,
}

if len(sys.argv) < 2 or sys.argv[1] not in commands:
    sys.exit(__doc__)
commands[sys.argv[1]](*sys.argv[2:])
