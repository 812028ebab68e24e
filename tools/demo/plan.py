"""Prints the policy of the quickstart's wire from a plan, `terraform show -json`, as a table.

Beside it stands what a plan shows of the same policy, written for the aws provider.
"""

import json
import sys
import textwrap

WIDTH = 76
OPERATORS = {"ArnEquals": "is", "StringEquals": "is"}
NOTE = """\
(*) Not run here. With the aws provider, the ARNs of roles and task definitions are known after apply,
    and so is a policy that refers to them: https://github.com/hashicorp/terraform/issues/27282"""


def as_list(value):
    return value if isinstance(value, list) else [value]


def short(arn):
    """The resource of an ARN, without partition, service, region and account."""
    return arn.split(":", 5)[-1]


def lines_of(statement):
    conditions = [
        f"{key} {OPERATORS[operator]} {', '.join(map(short, as_list(value)))}"
        for operator, keys in statement.get("Condition", {}).items()
        for key, value in keys.items()
    ]
    yield f"{statement['Effect']} {', '.join(as_list(statement['Action']))}"
    yield from textwrap.wrap(
        "on " + ", ".join(map(short, as_list(statement["Resource"]))),
        WIDTH - 2,
        initial_indent="  ",
        subsequent_indent="     ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    for condition in conditions:
        yield f"  if {condition}"


resources = json.load(sys.stdin)["planned_values"]["root_module"]["resources"]
wire = next(r["values"] for r in resources if r["address"] == "docker_task_wire.api")
print(f"{'docker_task_wire (ARNs shortened)':{WIDTH}}aws_iam_role_policy (*)\n")
beside = "(known after apply)"
for statement in json.loads(wire["policy_json"])["Statement"]:
    for line in lines_of(statement):
        print(f"{line:{WIDTH}}{beside}".rstrip())
        beside = ""
print(f"\nAlso known: the {len(wire['environment'])} environment variables of the function.")
print(NOTE)
