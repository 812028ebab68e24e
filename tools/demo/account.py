"""The demo's AWS account seen from outside Terraform.

    account.py create-role NAME     a function's role, as another stack makes it
    account.py show ROLE FAMILY     the role's inline policies, the family's revisions and log group
    account.py left ROLE            fail unless ROLE, without a policy, is all there is

Endpoint, credentials and region come from the environment (AWS_ENDPOINT_URL, ...).
"""

import json
import sys

import boto3


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
    role = iam_client().create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(trust)
    )
    print(role["Role"]["Arn"])


def show(role, family):
    for name, document in inline_policies(role).items():
        print(f"Inline policy {name} of the role {role}:\n")
        print(json.dumps(document, indent=2))
    print("\nRevisions:")
    for arn in active_revisions(family):
        print(f"  {arn}")
    print("\nRoles:")
    for name in role_names():
        print(f"  {name}")
    print("\nLog groups:")
    for group in log_groups():
        print(f"  {group['logGroupName']}, {retention(group)}")


def left(role):
    rest = [f"role {name}" for name in role_names() if name != role]
    rest += [f"inline policy {name} of role {role}" for name in inline_policies(role)]
    rest += [f"active revision {arn}" for arn in active_revisions()]
    rest += [f"log group {group['logGroupName']}" for group in log_groups()]
    if rest:
        sys.exit("Left behind: " + ", ".join(rest))
    print(f"The role {role} without a policy, and nothing else.")


def iam_client():
    # IAM is global, and asked before the region of the configuration is known.
    return boto3.client("iam", region_name="aws-global")


def inline_policies(role):
    """Documents by policy name."""
    iam = iam_client()
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in names
    }


def role_names():
    return [role["RoleName"] for role in iam_client().list_roles()["Roles"]]


def active_revisions(family=None):
    search = {"status": "ACTIVE"} | ({"familyPrefix": family} if family else {})
    return boto3.client("ecs").list_task_definitions(**search)["taskDefinitionArns"]


def log_groups():
    return boto3.client("logs").describe_log_groups()["logGroups"]


def retention(group):
    days = group.get("retentionInDays")
    return f"kept {days} days" if days else "kept for ever"


commands = {"create-role": create_role, "show": show, "left": left}

if len(sys.argv) < 2 or sys.argv[1] not in commands:
    sys.exit(__doc__)
commands[sys.argv[1]](*sys.argv[2:])
