"""The table of all resource types and functions that the emulator supports. Anything else is an error, never skipped."""

from ..errors import UnsupportedError
from . import (
    account,
    acm,
    apigatewayv2,
    apigatewayv2_domains,
    apigatewayv2_routes,
    apigatewayv2_vpc_links,
    cloudwatch,
    elb,
    iam,
    kms,
    lambda_alias,
    lambda_function,
    logs,
    route53,
    sns,
    sqs,
)
from .handler import Function, Handler

RESOURCES: dict[str, Handler] = {
    "aws:acm/certificate:Certificate": acm.CERTIFICATE,
    "aws:acm/certificateValidation:CertificateValidation": acm.CERTIFICATE_VALIDATION,
    "aws:apigatewayv2/api:Api": apigatewayv2.API,
    "aws:apigatewayv2/apiMapping:ApiMapping": apigatewayv2_domains.API_MAPPING,
    "aws:apigatewayv2/authorizer:Authorizer": apigatewayv2_routes.AUTHORIZER,
    "aws:apigatewayv2/domainName:DomainName": apigatewayv2_domains.DOMAIN_NAME,
    "aws:apigatewayv2/integration:Integration": apigatewayv2_routes.INTEGRATION,
    "aws:apigatewayv2/route:Route": apigatewayv2_routes.ROUTE,
    "aws:apigatewayv2/stage:Stage": apigatewayv2.STAGE,
    "aws:apigatewayv2/vpcLink:VpcLink": apigatewayv2_vpc_links.VPC_LINK,
    "aws:cloudwatch/dashboard:Dashboard": cloudwatch.DASHBOARD,
    "aws:cloudwatch/logGroup:LogGroup": logs.LOG_GROUP,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": logs.LOG_METRIC_FILTER,
    "aws:cloudwatch/metricAlarm:MetricAlarm": cloudwatch.METRIC_ALARM,
    "aws:iam/role:Role": iam.ROLE,
    "aws:iam/rolePolicy:RolePolicy": iam.ROLE_POLICY,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.ROLE_POLICY_ATTACHMENT,
    "aws:kms/alias:Alias": kms.ALIAS,
    "aws:kms/key:Key": kms.KEY,
    "aws:kms/keyPolicy:KeyPolicy": kms.KEY_POLICY,
    "aws:kms/replicaKey:ReplicaKey": kms.REPLICA_KEY,
    "aws:lambda/alias:Alias": lambda_alias.ALIAS,
    "aws:lambda/function:Function": lambda_function.FUNCTION,
    "aws:lambda/permission:Permission": lambda_alias.PERMISSION,
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": lambda_alias.PROVISIONED_CONCURRENCY,
    "aws:lb/listener:Listener": elb.LISTENER,
    "aws:lb/listenerRule:ListenerRule": elb.LISTENER_RULE,
    "aws:lb/loadBalancer:LoadBalancer": elb.LOAD_BALANCER,
    "aws:lb/targetGroup:TargetGroup": elb.TARGET_GROUP,
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": elb.TARGET_GROUP_ATTACHMENT,
    "aws:route53/record:Record": route53.RECORD,
    "aws:route53/zone:Zone": route53.ZONE,
    "aws:sns/topic:Topic": sns.TOPIC,
    "aws:sqs/queue:Queue": sqs.QUEUE,
}

FUNCTIONS: dict[str, Function] = {
    "aws:index/getCallerIdentity:getCallerIdentity": account.GET_CALLER_IDENTITY,
    "aws:index/getPartition:getPartition": account.GET_PARTITION,
    "aws:index/getRegion:getRegion": account.GET_REGION,
    "aws:kms/getPublicKey:getPublicKey": kms.GET_PUBLIC_KEY,
}

_TABLE = "emulator/resources/table.py"


def resource_handler(token: str) -> Handler:
    """The handler of a resource type. Raises ``UnsupportedError`` if there is none."""
    if token not in RESOURCES:
        raise UnsupportedError(
            f"The emulator does not support the resource type {token}. "
            f"Write a handler for it and list it in {_TABLE}, or remove the resource from this stack."
        )
    return RESOURCES[token]


def provider_function(token: str) -> Function:
    """The implementation of a provider function. Raises ``UnsupportedError`` if there is none."""
    if token not in FUNCTIONS:
        raise UnsupportedError(
            f"The emulator does not support the function {token}. Implement it and list it in {_TABLE}."
        )
    return FUNCTIONS[token]
