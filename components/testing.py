"""For tests of programs that use the components: Pulumi mocks that record what a program declares.

``aws.kms.get_public_key`` answers with a real public key, whose private key is ``PRIVATE_KEY``: a test can sign tokens with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .event_loop import event_loop

ACCOUNT = "123456789012"
REGION = "eu-west-1"

"""The account and the region that the mocked AWS answers with."""

PRIVATE_KEY = ec.generate_private_key(ec.SECP521R1())
PUBLIC_PEM = PRIVATE_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@dataclass(frozen=True)
class Declared:
    """A resource as its inputs reached the engine, names in camelCase."""

    type: str
    name: str
    inputs: dict[str, Any]


@dataclass
class Recording(pulumi.runtime.Mocks):
    """What a program declared, in order."""

    preview: bool
    resources: list[Declared] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources.append(Declared(args.typ, args.name, args.inputs))
        if self.preview and args.custom:
            return None, args.inputs
        return f"{args.name}-id", {**args.inputs, **_computed(args.typ, args.name)}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return _ANSWERS[args.token], []

    def only(self, type_: str, name: str | None = None) -> Declared:
        """The one resource of this type, and name if given."""
        (found,) = (item for item in self.resources if item.type == type_ and name in (None, item.name))
        return found

    def all(self, type_: str) -> list[Declared]:
        """The resources of this type, by name."""
        return sorted((item for item in self.resources if item.type == type_), key=lambda item: item.name)


@event_loop()
def declare(
    program: Callable[[], object], *, preview: bool = False, project: str = "shop", stack: str = "test"
) -> Recording:
    """Run ``program`` on Pulumi's runtime, and return what it declared.

    If it returns a dictionary, that is resolved into ``outputs``. With ``preview``, what AWS would compute is unknown, as it
    is in `pulumi preview`. Raises what the program raises.
    """
    recording = Recording(preview)
    pulumi.runtime.set_mocks(recording, project=project, stack=stack, preview=preview)

    def run() -> pulumi.Output[None]:
        returned = program()
        outputs = returned if isinstance(returned, dict) else {}
        return pulumi.Output.all(**outputs).apply(recording.outputs.update)

    pulumi.runtime.test(run)()  # type: ignore[no-untyped-call] # Pulumi's decorator has no types
    return recording


def _computed(type_: str, name: str) -> dict[str, Any]:
    prefix = f"arn:aws:{{}}:{REGION}:{ACCOUNT}"
    match type_:
        case "aws:kms/key:Key":
            return {"arn": f"{prefix.format('kms')}:key/{name}-id", "keyId": f"{name}-id"}
        case "aws:iam/role:Role":
            return {"arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "name": name}
        case "aws:lambda/function:Function":
            arn = f"{prefix.format('lambda')}:function:{name}"
            return {
                "arn": arn,
                "name": name,
                "version": "3",
                "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/{arn}/invocations",
            }
        case "aws:acm/certificate:Certificate":
            record = {"resourceRecordName": "_validation.example.com", "resourceRecordType": "CNAME"}
            record["resourceRecordValue"] = "_value.acm-validations.aws"
            return {"arn": "arn:certificate", "domainValidationOptions": [record]}
        case "aws:route53/record:Record":
            return {"fqdn": name}
        case "aws:apigatewayv2/domainName:DomainName":
            return {
                "domainNameConfiguration": {"targetDomainName": "d-1.execute-api.amazonaws.com", "hostedZoneId": "ZAPI"}
            }
        case "aws:lambda/alias:Alias":
            arn = f"{prefix.format('lambda')}:function:{name.removesuffix('-alias')}-lambda:live"
            return {
                "arn": arn,
                "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
            }
        case "aws:cloudwatch/logGroup:LogGroup":
            return {"arn": f"{prefix.format('logs')}:log-group:{name}"}
        case "aws:apigatewayv2/api:Api":
            return {
                "apiEndpoint": f"https://{name}.execute-api.{REGION}.amazonaws.com",
                "executionArn": f"{prefix.format('execute-api')}:{name}",
            }
    return {}


_ANSWERS: dict[str, dict[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT, "arn": "", "id": ACCOUNT, "userId": ""},
    "aws:index/getRegion:getRegion": {"region": REGION, "name": REGION, "id": REGION, "description": ""},
    "aws:index/getPartition:getPartition": {"partition": "aws", "id": "aws", "dnsSuffix": "amazonaws.com"},
    "aws:kms/getPublicKey:getPublicKey": {"publicKeyPem": PUBLIC_PEM, "keyId": "", "id": ""},
}
