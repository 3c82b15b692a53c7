"""What a program declares, as CloudFormation templates: cfn-lint judges these by AWS's own resource schemas.

Every resource type and every input must be translated. An unknown type is a ``KeyError``; an unknown input keeps its name in
PascalCase, and the schema has no such property.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from components.testing import REGION, Declared

Inputs = Mapping[str, Any]


class Shape(NamedTuple):
    """A resource type in CloudFormation."""

    type: str
    renamed: Mapping[str, str] = {}
    """Input -> property, where it is not the input's name in PascalCase."""
    converted: Mapping[str, Callable[[Any], Any]] = {}
    """Input -> its value in CloudFormation, where it is not the same with names in PascalCase."""
    joined: Callable[[Inputs], Inputs] = dict
    """Inputs that make up one property."""
    added: Mapping[str, Any] = {}
    """Properties that Pulumi or its provider sets itself."""


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def _plain(value: Any) -> Any:
    """``value`` with names in PascalCase; Pulumi's mocks return every number as a float."""
    if isinstance(value, Mapping):
        return {_pascal(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _unchanged(value: Any) -> Any:
    """For maps whose keys are the user's or the service's own."""
    return value


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _dimensions(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _route_settings(settings: list[Inputs]) -> dict[str, Any]:
    return {item["routeKey"]: _plain({key: item[key] for key in item.keys() - {"routeKey"}}) for item in settings}


def _response_parameters(responses: list[Inputs]) -> dict[str, Any]:
    def mappings(response: Inputs) -> list[dict[str, str]]:
        return [{"Destination": key, "Source": value} for key, value in response["mappings"].items()]

    return {response["statusCode"]: {"ResponseParameters": mappings(response)} for response in responses}


def _alias_target(aliases: list[Inputs]) -> dict[str, Any]:
    (alias,) = aliases
    names = {"name": "DNSName", "zoneId": "HostedZoneId", "evaluateTargetHealth": "EvaluateTargetHealth"}
    return {names[key]: value for key, value in alias.items()}


def _qualified(permission: Inputs) -> Inputs:
    """A permission on a version or an alias has it in the name of the function."""
    qualifier = permission.get("qualifier")
    inputs = {key: value for key, value in permission.items() if key != "qualifier"}
    return {**inputs, "function": f"{inputs['function']}:{qualifier}"} if qualifier else inputs


def _without_publish(function: Inputs) -> Inputs:
    """A published version is a resource of its own in CloudFormation; ``templates`` adds it."""
    return {key: value for key, value in function.items() if key != "publish"}


def _with_policy_name(policy: Inputs) -> Inputs:
    """Pulumi names it, and no two policies of a role the same."""
    return {**policy, "policyName": f"named-by-pulumi-{sha256(policy['policy'].encode()).hexdigest()[:7]}"}


def _without_overwrite(record: Inputs) -> Inputs:
    """What Route 53 does with a record that exists is part of the request, not of the record."""
    return {key: value for key, value in record.items() if key != "allowOverwrite"}


def _lifecycle(rules: list[Inputs]) -> dict[str, Any]:
    """The filter has its prefix as a property of the rule."""

    def rule(given: Inputs) -> dict[str, Any]:
        plain = {key: value for key, value in given.items() if key != "filter"}
        return {**_plain(plain), **_plain(given["filter"])}

    return {"Rules": [rule(given) for given in rules]}


def _encryption(rules: list[Inputs]) -> dict[str, Any]:
    (rule,) = rules
    applied = {"SSEAlgorithm": rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"]}
    return {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": applied}]}


def _of_bucket(
    renamed: Mapping[str, str] = {},
    converted: Mapping[str, Callable[[Any], Any]] = {},
    joined: Callable[[Inputs], Inputs] = dict,
) -> Shape:
    """What Pulumi has as a resource of its own, and CloudFormation as a property of the bucket."""

    def without_bucket(inputs: Inputs) -> Inputs:
        return {key: value for key, value in joined(inputs).items() if key != "bucket"}

    return Shape("AWS::S3::Bucket", renamed, converted, without_bucket)


_KEY_NAMES = {
    "customerMasterKeySpec": "KeySpec",
    "deletionWindowInDays": "PendingWindowInDays",
    "isEnabled": "Enabled",
    "policy": "KeyPolicy",
}
_KEY_VALUES: Mapping[str, Callable[[Any], Any]] = {"tags": _tags, "policy": json.loads}
_TAG_MAP = {"tags": _unchanged}
_TAG_LIST = {"tags": _tags}

SHAPES: Mapping[str, Shape] = {
    "aws:acm/certificate:Certificate": Shape("AWS::CertificateManager::Certificate", converted=_TAG_LIST),
    "aws:apigatewayv2/api:Api": Shape("AWS::ApiGatewayV2::Api", converted=_TAG_MAP),
    "aws:apigatewayv2/apiMapping:ApiMapping": Shape("AWS::ApiGatewayV2::ApiMapping"),
    "aws:apigatewayv2/authorizer:Authorizer": Shape(
        "AWS::ApiGatewayV2::Authorizer",
        {"identitySources": "IdentitySource"},
        {"jwtConfiguration": lambda jwt: {"Issuer": jwt["issuer"], "Audience": jwt["audiences"]}},
        added={"Name": "named-by-pulumi"},
    ),
    "aws:apigatewayv2/domainName:DomainName": Shape(
        "AWS::ApiGatewayV2::DomainName",
        {"domainNameConfiguration": "DomainNameConfigurations"},
        {**_TAG_MAP, "domainNameConfiguration": lambda configuration: [_plain(configuration)]},
    ),
    "aws:apigatewayv2/integration:Integration": Shape(
        "AWS::ApiGatewayV2::Integration",
        {"timeoutMilliseconds": "TimeoutInMillis"},
        {"requestParameters": _unchanged, "responseParameters": _response_parameters},
    ),
    "aws:apigatewayv2/route:Route": Shape("AWS::ApiGatewayV2::Route"),
    "aws:apigatewayv2/stage:Stage": Shape(
        "AWS::ApiGatewayV2::Stage",
        {"name": "StageName"},
        {**_TAG_MAP, "routeSettings": _route_settings, "stageVariables": _unchanged},
    ),
    "aws:cloudwatch/dashboard:Dashboard": Shape("AWS::CloudWatch::Dashboard"),
    "aws:cloudwatch/logGroup:LogGroup": Shape("AWS::Logs::LogGroup", {"name": "LogGroupName"}, _TAG_LIST),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Shape(
        "AWS::CloudWatch::Alarm", {"okActions": "OKActions"}, {**_TAG_LIST, "dimensions": _dimensions}
    ),
    "aws:iam/role:Role": Shape(
        "AWS::IAM::Role",
        {"assumeRolePolicy": "AssumeRolePolicyDocument"},
        {**_TAG_LIST, "assumeRolePolicy": json.loads},
    ),
    "aws:iam/rolePolicy:RolePolicy": Shape(
        "AWS::IAM::RolePolicy",
        {"policy": "PolicyDocument", "role": "RoleName"},
        {"policy": json.loads},
        _with_policy_name,
    ),
    "aws:kms/alias:Alias": Shape("AWS::KMS::Alias", {"name": "AliasName"}),
    "aws:kms/key:Key": Shape("AWS::KMS::Key", _KEY_NAMES, _KEY_VALUES),
    "aws:kms/replicaKey:ReplicaKey": Shape("AWS::KMS::ReplicaKey", _KEY_NAMES, _KEY_VALUES),
    "aws:lambda/alias:Alias": Shape("AWS::Lambda::Alias"),
    "aws:lambda/function:Function": Shape(
        "AWS::Lambda::Function",
        converted={**_TAG_LIST, "code": lambda archive: {"S3Bucket": "a-bucket", "S3Key": "a-key"}},
        joined=_without_publish,
    ),
    "aws:lambda/permission:Permission": Shape(
        "AWS::Lambda::Permission", {"function": "FunctionName"}, joined=_qualified
    ),
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": Shape(
        "AWS::Lambda::Version",  # of which it is a property in CloudFormation, and which has no number yet
        {"provisionedConcurrentExecutions": "ProvisionedConcurrencyConfig"},
        {"provisionedConcurrentExecutions": lambda count: {"ProvisionedConcurrentExecutions": _plain(count)}},
        joined=lambda inputs: {key: value for key, value in inputs.items() if key != "qualifier"},
    ),
    "aws:route53/record:Record": Shape(
        "AWS::Route53::RecordSet",
        {"zoneId": "HostedZoneId", "records": "ResourceRecords", "ttl": "TTL", "aliases": "AliasTarget"},
        {"aliases": _alias_target, "ttl": lambda seconds: str(int(seconds))},
        joined=_without_overwrite,
    ),
    "aws:route53/zone:Zone": Shape(
        "AWS::Route53::HostedZone",
        {"comment": "HostedZoneConfig"},
        {"comment": lambda text: {"Comment": text}},
        joined=lambda inputs: {key: value for key, value in inputs.items() if key != "forceDestroy"},
    ),
    "aws:s3/bucket:Bucket": Shape("AWS::S3::Bucket", converted=_TAG_LIST),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _of_bucket(
        {"rules": "LifecycleConfiguration"}, {"rules": _lifecycle}
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _of_bucket(
        {"rule": "OwnershipControls"}, {"rule": lambda rule: {"Rules": [_plain(rule)]}}
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Shape(
        "AWS::S3::BucketPolicy", {"policy": "PolicyDocument"}, {"policy": json.loads}
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _of_bucket(
        {"blocks": "PublicAccessBlockConfiguration"},
        joined=lambda inputs: {"blocks": {key: value for key, value in inputs.items() if key != "bucket"}},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _of_bucket(
        {"rules": "BucketEncryption"}, {"rules": _encryption}
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _of_bucket(),
}
"""Pulumi's type token -> its shape in CloudFormation."""

_DELETED = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}
"""What Pulumi does with a resource that is removed or replaced; CloudFormation wants it said where data would be lost."""

NOT_THERE = frozenset({"aws:acm/certificateValidation:CertificateValidation", "aws:s3/bucketObjectv2:BucketObjectv2"})
"""Resources of Pulumi that are none in CloudFormation: this one waits, and an object is data."""


def templates(declared: Iterable[Declared]) -> dict[str, dict[str, Any]]:
    """Region -> the template of the resources there. Raises ``KeyError`` for a type that has no shape."""
    regions: dict[str, dict[str, Any]] = {}
    for item in declared:
        if not item.type.startswith("aws:") or item.type in NOT_THERE:
            continue
        shape = SHAPES[item.type]
        inputs = {key: value for key, value in item.inputs.items() if key != "region"}
        name = re.sub(r"[^A-Za-z0-9]", "", f"{shape.type.removeprefix('AWS::')}-{item.name}".title())
        resources = regions.setdefault(item.inputs.get("region") or REGION, {})
        if name in resources:
            raise ValueError(f"{name}: two resources have this name")
        resources[name] = {"Type": shape.type, "Properties": _properties(shape, inputs), **_DELETED}
        if item.inputs.get("publish"):
            version = {"FunctionName": {"Ref": name}}
            resources[f"{name}Version"] = {"Type": "AWS::Lambda::Version", "Properties": version}
    return {
        region: {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
        for region, resources in regions.items()
    }


def _properties(shape: Shape, inputs: Inputs) -> dict[str, Any]:
    found = {
        shape.renamed.get(key, _pascal(key)): shape.converted.get(key, _plain)(value)
        for key, value in shape.joined(inputs).items()
    }
    return {**shape.added, **found}
