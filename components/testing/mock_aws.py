"""The responses of a mocked AWS to the creation of a resource: an id, and the outputs that AWS would compute, in its formats.

The same resource always gets the same response, so that golden files remain valid.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ACCOUNT = "123456789012"
REGION = "eu-west-1"
"""The account and the region of the mocked AWS."""

Inputs = Mapping[str, Any]
Outputs = dict[str, Any]

_ARNS = {
    "aws:acm/certificate:Certificate": "arn:aws:acm:{region}:{account}:certificate/{uuid}",
    "aws:apigatewayv2/api:Api": "arn:aws:apigateway:{region}::/apis/{id}",
    "aws:apigatewayv2/domainName:DomainName": "arn:aws:apigateway:{region}::/domainnames/{id}",
    "aws:apigatewayv2/stage:Stage": "arn:aws:apigateway:{region}::/apis/{api}/stages/{id}",
    "aws:apigatewayv2/vpcLink:VpcLink": "arn:aws:apigateway:{region}::/vpclinks/{id}",
    "aws:cloudwatch/eventBus:EventBus": "arn:aws:events:{region}:{account}:event-bus/{name}",
    "aws:cloudwatch/logGroup:LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "aws:iam/policy:Policy": "arn:aws:iam::{account}:policy{path}{name}",
    "aws:iam/role:Role": "arn:aws:iam::{account}:role{path}{name}",
    "aws:iam/user:User": "arn:aws:iam::{account}:user{path}{name}",
    "aws:kinesis/stream:Stream": "arn:aws:kinesis:{region}:{account}:stream/{name}",
    "aws:kms/alias:Alias": "arn:aws:kms:{region}:{account}:{name}",
    "aws:kms/key:Key": "arn:aws:kms:{region}:{account}:key/{id}",
    "aws:kms/replicaKey:ReplicaKey": "arn:aws:kms:{region}:{account}:key/{id}",
    "aws:lambda/codeSigningConfig:CodeSigningConfig": "arn:aws:lambda:{region}:{account}:code-signing-config:csc-0{hex16}",
    "aws:lambda/function:Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "aws:lb/listener:Listener": "arn:aws:elasticloadbalancing:{region}:{account}:listener/app/{name}/{hex16}/{hex16}",
    "aws:lb/loadBalancer:LoadBalancer": "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex16}",
    "aws:route53/zone:Zone": "arn:aws:route53:::hostedzone/{id}",
    "aws:servicediscovery/service:Service": "arn:aws:servicediscovery:{region}:{account}:service/srv-{hex16}",
    "aws:sfn/stateMachine:StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
    "aws:sns/topic:Topic": "arn:aws:sns:{region}:{account}:{name}",
    "aws:sqs/queue:Queue": "arn:aws:sqs:{region}:{account}:{name}",
}
"""The ARNs of the resources that the components create, and of those that their arguments refer to."""


def created(type_: str, name: str, inputs: Inputs) -> tuple[str, Outputs]:
    """The id and the state of a resource with this logical ``name``; unless AWS determines it, the id is ``<name>-id``."""
    identify = _IDS.get(type_)
    id_ = identify(name, inputs) if identify else f"{name}-id"
    state = {**inputs}
    template = _ARNS.get(type_)
    if template is not None:
        values = _values(name, inputs)
        state["arn"] = template.format(id=id_, **values)
        if "{name}" in template:
            state["name"] = values["name"]
    if compute := _COMPUTED.get(type_):
        state |= compute(name, state, id_)
    return id_, state


def key_arn(key_id: str, region: str = REGION) -> str:
    """The ARN of the KMS key with this id."""
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key_id}"


def _values(name: str, inputs: Inputs) -> dict[str, str]:
    return {
        "account": ACCOUNT,
        "api": inputs.get("apiId", ""),
        "hex16": _uuid(name).replace("-", "")[:16],
        "name": inputs.get("name") or name,
        "path": inputs.get("path") or "/",
        "region": _region(inputs),
        "uuid": _uuid(name),
    }


def _uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def _region(inputs: Inputs) -> str:
    return str(inputs.get("region") or REGION)


def _key_id(name: str, inputs: Inputs) -> str:
    """https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html#multi-region-concepts"""
    return f"mrk-{_uuid(name).replace('-', '')}" if inputs.get("multiRegion") else f"{name}-id"


_IDS: Mapping[str, Callable[[str, Inputs], str]] = {
    "aws:apigatewayv2/domainName:DomainName": lambda name, inputs: str(inputs["domainName"]),
    "aws:apigatewayv2/stage:Stage": lambda name, inputs: str(inputs.get("name") or name),
    "aws:kms/alias:Alias": lambda name, inputs: str(inputs.get("name") or f"alias/{name}"),
    "aws:kms/key:Key": _key_id,
    # The replicas of a multi-Region key have its id.
    "aws:kms/replicaKey:ReplicaKey": lambda name, inputs: str(inputs["primaryKeyArn"]).rpartition("/")[2],
    "aws:route53/zone:Zone": lambda name, inputs: f"Z{_uuid(name).replace('-', '')[:20].upper()}",
}


def _api(name: str, state: Inputs, id_: str) -> Outputs:
    # AWS has the id here. The logical name is more readable in tests, which rely on it.
    return {
        "apiEndpoint": f"https://{name}.execute-api.{_region(state)}.amazonaws.com",
        "executionArn": f"arn:aws:execute-api:{_region(state)}:{ACCOUNT}:{name}",
    }


def _stage(name: str, state: Inputs, id_: str) -> Outputs:
    api, region = state["apiId"], _region(state)
    return {
        "executionArn": f"arn:aws:execute-api:{region}:{ACCOUNT}:{api}/{id_}",
        "invokeUrl": f"https://{api}.execute-api.{region}.amazonaws.com/{'' if id_ == '$default' else id_}",
    }


def _domain_name(name: str, state: Inputs, id_: str) -> Outputs:
    return {
        "domainNameConfiguration": {
            **state["domainNameConfiguration"],
            "hostedZoneId": "ZLY8HYME6SFDD",  # that of API Gateway in eu-west-1
            "targetDomainName": f"d-{_uuid(id_).replace('-', '')[:10]}.execute-api.{_region(state)}.amazonaws.com",
        }
    }


def _certificate(name: str, state: Inputs, id_: str) -> Outputs:
    domains = dict.fromkeys([state["domainName"], *(state.get("subjectAlternativeNames") or [])])
    return {
        "domainValidationOptions": [
            {
                "domainName": domain,
                "resourceRecordName": f"_{_uuid(domain).replace('-', '')}.{domain.removeprefix('*.')}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": f"_{_uuid(name).replace('-', '')}.mocked.acm-validations.aws.",
            }
            for domain in domains
        ]
    }


def _function(name: str, state: Inputs, id_: str) -> Outputs:
    arn, version = state["arn"], "3" if state.get("publish") else "$LATEST"
    return {
        "version": version,
        "qualifiedArn": f"{arn}:{version}",
        "invokeArn": _invoke_arn(arn),
        "qualifiedInvokeArn": _invoke_arn(f"{arn}:{version}"),
    }


def _lambda_alias(name: str, state: Inputs, id_: str) -> Outputs:
    function = state["functionName"]
    if not function.startswith("arn:"):
        function = f"arn:aws:lambda:{_region(state)}:{ACCOUNT}:function:{function}"
    arn = f"{function}:{state.get('name') or name}"
    return {"arn": arn, "invokeArn": _invoke_arn(arn)}


def _invoke_arn(function_arn: str) -> str:
    region = function_arn.split(":")[3]
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations"


def _bucket(name: str, state: Inputs, id_: str) -> Outputs:
    bucket = state.get("bucket") or name
    return {"arn": f"arn:aws:s3:::{bucket}", "bucket": bucket}


def _kms_alias(name: str, state: Inputs, id_: str) -> Outputs:
    target = state["targetKeyId"]
    return {"targetKeyArn": target if target.startswith("arn:") else key_arn(target, _region(state))}


_COMPUTED: Mapping[str, Callable[[str, Inputs, str], Outputs]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:apigatewayv2/api:Api": _api,
    "aws:apigatewayv2/domainName:DomainName": _domain_name,
    "aws:apigatewayv2/stage:Stage": _stage,
    "aws:kms/alias:Alias": _kms_alias,
    "aws:kms/key:Key": lambda name, state, id_: {"keyId": id_},
    "aws:kms/replicaKey:ReplicaKey": lambda name, state, id_: {"keyId": id_, "keyUsage": "SIGN_VERIFY"},
    "aws:lambda/alias:Alias": _lambda_alias,
    "aws:lambda/function:Function": _function,
    "aws:route53/record:Record": lambda name, state, id_: {"fqdn": state["name"].removesuffix(".")},
    "aws:route53/zone:Zone": lambda name, state, id_: {"zoneId": id_},
    "aws:s3/bucket:Bucket": _bucket,
    "aws:sqs/queue:Queue": lambda name, state, id_: {
        "url": f"https://sqs.{_region(state)}.amazonaws.com/{ACCOUNT}/{state['name']}"
    },
}
"""Type -> function of logical name, state so far and id, for what AWS computes in addition to the ARN."""
