"""IAM: roles and their policies, which MiniStack enforces."""

from ..aws import Aws
from .handler import (
    Deployed,
    Handler,
    Inputs,
    Outputs,
    again,
    key_value_tags,
    request,
    update_tags,
)


def _create_role(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    role = aws.iam.create_role(
        RoleName=inputs["name"],
        AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
        Tags=key_value_tags(inputs["tags"]),
        **request(inputs, "description", "maxSessionDuration", "path", "permissionsBoundary"),
    )["Role"]
    created = role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return inputs["name"], {"arn": role["Arn"], "uniqueId": role["RoleId"], "createDate": created}


def _update_role(aws: Aws, role: Deployed, new: Inputs) -> Outputs:
    aws.iam.update_role(RoleName=role.id, **request(new, "description", "maxSessionDuration"))
    aws.iam.update_assume_role_policy(RoleName=role.id, PolicyDocument=new["assumeRolePolicy"])
    if new["permissionsBoundary"]:
        aws.iam.put_role_permissions_boundary(RoleName=role.id, PermissionsBoundary=new["permissionsBoundary"])
    elif role.inputs["permissionsBoundary"]:
        aws.iam.delete_role_permissions_boundary(RoleName=role.id)
    update_tags(
        role,
        new,
        lambda tags: aws.iam.tag_role(RoleName=role.id, Tags=key_value_tags(tags)),
        lambda keys: aws.iam.untag_role(RoleName=role.id, TagKeys=keys),
    )
    return {}


ROLE = Handler(
    create=_create_role,
    update=_update_role,
    delete=lambda aws, role: aws.iam.delete_role(RoleName=role.id),
    inputs=frozenset({"assumeRolePolicy", "name"}),
    replace_on=frozenset({"name", "path"}),
    defaults={
        "description": "",
        "maxSessionDuration": 3600,
        "path": "/",
        "permissionsBoundary": None,
        "tags": {},
    },
    auto_name="name",
)


def _put_role_policy(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.iam.put_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"])
    return f"{inputs['role']}:{inputs['name']}", {}


def _delete_role_policy(aws: Aws, policy: Deployed) -> None:
    aws.iam.delete_role_policy(RoleName=policy.inputs["role"], PolicyName=policy.inputs["name"])


ROLE_POLICY = Handler(
    create=_put_role_policy,
    update=again(_put_role_policy),
    delete=_delete_role_policy,
    inputs=frozenset({"name", "policy", "role"}),
    replace_on=frozenset({"name", "role"}),
    auto_name="name",
)


def _attach(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.iam.attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return f"{inputs['role']}/{inputs['policyArn']}", {}


def _detach(aws: Aws, attachment: Deployed) -> None:
    aws.iam.detach_role_policy(RoleName=attachment.inputs["role"], PolicyArn=attachment.inputs["policyArn"])


ROLE_POLICY_ATTACHMENT = Handler(create=_attach, delete=_detach, inputs=frozenset({"policyArn", "role"}))
