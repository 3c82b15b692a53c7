"""The IAM of MiniStack: whose access key it is, and what that principal may do."""

from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import request_scope

from .backplane import Api


@dataclass(frozen=True)
class Caller:
    """A principal of an API's account, and the secret of the access key that it names."""

    access_key: str
    secret: str
    account: str
    id: str
    arn: str
    principal: Any


def find(access_key: str, session_token: str, api: Api) -> Caller | None:
    """The principal in the account of ``api`` with this access key, and with this token if the key is that of a session.

    ``None`` also for one of another account: HTTP APIs have no resource policy that could let it in.
    """
    with request_scope(api.account, api.region):
        credential = iam_evaluator.resolve_credential(access_key, api.account, session_token)
        if isinstance(credential, iam_evaluator.CredentialResolutionError):
            return None
        principal = iam_evaluator.resolve_principal(access_key, api.account, credential)
    if isinstance(principal, iam_evaluator.AuthError):
        return None
    return Caller(
        access_key,
        credential.secret_access_key,
        credential.account_id,
        credential.principal_id,
        credential.principal_arn,
        principal,
    )


def may(caller: Caller, action: str, arn: str, api: Api, source_ip: str) -> bool:
    """Whether the policies of ``caller``, its permissions boundary and those of its session allow ``action``."""
    principal = caller.principal
    if principal.policies is None:
        return True  # the root user
    with request_scope(api.account, api.region):
        request = iam_evaluator.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=arn,
            region=api.region,
            source_ip=source_ip,
            secure_transport=True,
            service_context={"aws:tagkeys": None},
            principal_keys=principal.keys,
        )
        return bool(iam_evaluator.evaluate(request, principal.policies, *principal.limits).decision == "Allow")
