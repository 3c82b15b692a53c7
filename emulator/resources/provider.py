"""The configuration of the AWS provider: of the default one, and of explicit ``aws.Provider`` resources."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..aws import Aws
from ..errors import UnsupportedError
from .handler import Handler, Inputs, Outputs

TYPE = "pulumi:providers:aws"

CONNECTION = frozenset(
    {
        "accessKey",
        "customCaBundle",
        "ec2MetadataServiceEndpoint",
        "ec2MetadataServiceEndpointMode",
        "endpoints",
        "httpProxy",
        "httpsProxy",
        "insecure",
        "maxRetries",
        "noProxy",
        "profile",
        "retryMode",
        "s3UsEast1RegionalEndpoint",
        "s3UsePathStyle",
        "secretKey",
        "sharedConfigFiles",
        "sharedCredentialsFiles",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "stsRegion",
        "token",
        "tokenBucketRateLimiterCapacity",
        "useDualstackEndpoint",
        "useFipsEndpoint",
        "userAgents",
    }
)
"""How AWS is reached, and with which credentials. The emulator is reached in its own way, so these have no effect."""


@dataclass(frozen=True)
class Provider:
    """Where a provider creates resources, and the tags that it adds to them."""

    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict)


def read_provider(name: str, inputs: Mapping[str, Any]) -> Provider:
    """The provider with these inputs, of which those that are not text may be JSON.

    Raises ``UnsupportedError`` for one without a region, and for one that changes which account or which resources it
    manages (``assumeRoles``, ``allowedAccountIds``, ``ignoreTags``, ...): the emulator has one account.
    """
    if unknown := sorted(inputs.keys() - CONNECTION - {"defaultTags", "region"}):
        raise UnsupportedError(
            f"{name}: the emulator, which has one account, does not support {', '.join(unknown)} of the AWS provider. "
            "Leave it out in this stack."
        )
    if not inputs.get("region"):
        raise UnsupportedError(f"{name}: the AWS provider has no region. Write region=, as in region='eu-west-1'.")
    tags = inputs.get("defaultTags") or {}
    parsed = json.loads(tags) if isinstance(tags, str) else tags
    return Provider(inputs["region"], parsed.get("tags") or {})


def default_provider(config: Mapping[str, str], region: str) -> Provider:
    """The provider of resources that name none, configured by the ``aws:`` keys of the stack."""
    given = {key.removeprefix("aws:"): value for key, value in config.items() if key.startswith("aws:")}
    return read_provider("aws", {"region": region, **given})


def _create(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    return str(uuid.uuid4()), {}


PROVIDER = Handler(
    create=_create,
    update=lambda aws, provider, new: {},
    delete=lambda aws, provider: None,
    inputs=CONNECTION,
    replace_on=frozenset({"region"}),
    defaults={"defaultTags": None},
)
"""The provider as a resource of the stack. Nothing in AWS belongs to it."""
