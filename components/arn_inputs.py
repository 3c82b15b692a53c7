"""The inputs that are ARNs, and the form that each must have.

``check_shape`` checks every input listed here, so that the components need no checks of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .arns import (
    API,
    CERTIFICATE,
    EVENT_BUS,
    KMS_KEY,
    LAMBDA_FUNCTION,
    LISTENER,
    LOG_GROUP,
    PRINCIPAL,
    QUEUE,
    RESOURCE,
    ROLE,
    STATE_MACHINE,
    STREAM,
    TOPIC,
    ArnForm,
)


@dataclass(frozen=True)
class ArnByKind:
    """An ARN whose form depends on another key of the same arguments."""

    key: str
    forms: Mapping[str, ArnForm]


ARN_INPUTS: Mapping[str, Mapping[str, ArnForm | ArnByKind]] = {
    "AlarmsArgs": {"topic_arn": TOPIC},
    "ApiDomainArgs": {"certificate_arn": CERTIFICATE},
    "AuthorizedHttpApiArgs": {"function_arn": LAMBDA_FUNCTION},
    "AuthorizerFunctionArgs": {"role_arn": ROLE},
    "AuthorizerRoleArgs": {"kms_key_arns": KMS_KEY},
    "DomainArgs": {"certificate_arn": CERTIFICATE},
    "FunctionSettingsArgs": {
        "kms_key_arn": KMS_KEY,
        "log_kms_key_arn": KMS_KEY,
    },
    "IntegrationArgs": {"lambda_arn": LAMBDA_FUNCTION},
    "JwtAuthorizerArgs": {"function_arn": LAMBDA_FUNCTION},
    "KmsKeyArgs": {"arn": KMS_KEY},
    "MutualTlsArgs": {"ownership_certificate_arn": CERTIFICATE},
    "PolicyStatementArgs": {"resources": RESOURCE},
    "RoleSettingsArgs": {"arn": ROLE},
    "ServiceArgs": {
        "resource_arn": ArnByKind(
            "subtype",
            {
                "EventBridge-PutEvents": EVENT_BUS,
                "Kinesis-PutRecord": STREAM,
                "SQS-SendMessage": QUEUE,
                "StepFunctions-StartExecution": STATE_MACHINE,
                "StepFunctions-StartSyncExecution": STATE_MACHINE,
            },
        ),
        "role_arn": ROLE,
    },
    "SigningKeysArgs": {"administrators": PRINCIPAL, "readers": PRINCIPAL, "signers": PRINCIPAL},
    "StageArgs": {"access_log_group_arn": LOG_GROUP, "access_log_kms_key_arn": KMS_KEY},
    "TokenAlarmsArgs": {"topic_arn": TOPIC},
    "TokenClientArgs": {"aws_roles": ROLE},
    "TokenFunctionArgs": {"kms_key_arn": KMS_KEY, "log_kms_key_arn": KMS_KEY},
    "TokenKeysArgs": {"active_key_arn": KMS_KEY, "key_arns": KMS_KEY},
    "TokenRoleSettingsArgs": {"arn": ROLE},
    "TokenServiceApiArgs": {"execution_arn": API},
    "VpcLinkArgs": {"listener_arn": LISTENER},
}
"""Name of a ``TypedDict`` -> input -> the form of its ARN, or of each ARN in its list or map."""


def arn_form(shape: str, key: str, args: Mapping[str, object]) -> ArnForm | None:
    """The form of the ARN at ``key`` of ``args``, which is of the type ``shape``; ``None`` if it is not an ARN."""
    found = ARN_INPUTS.get(shape, {}).get(key)
    if not isinstance(found, ArnByKind):
        return found
    kind = args.get(found.key)
    return found.forms.get(kind) if isinstance(kind, str) else None
