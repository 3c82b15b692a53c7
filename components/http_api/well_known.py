"""The well-known endpoints: the JWKS and the OpenID configuration, public, so that others can verify tokens too.

OpenID Connect Discovery 1.0 section 4; RFC 8414 section 2.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..execution_role import create_role, log_statement
from ..faults import Faults
from ..kms.jwk import Jwk, jwks_json
from ..kms.jwks import InvalidJwks, public_keys
from ..lambda_authorizer.function_settings import FunctionSettingsArgs, package_target
from ..lambda_authorizer.inputs import KeysArgs
from ..lambda_authorizer.live_alias import create_live_alias
from ..lambda_authorizer.nodes import FunctionNodes
from ..logs import create_function_log_group

JWKS = "jwks.json"
OPENID_CONFIGURATION = "openid-configuration"
ROUTE_KEYS = (f"GET /.well-known/{JWKS}", f"GET /.well-known/{OPENID_CONFIGURATION}")

_SOURCE = Path(__file__).resolve().parent / "functions" / "well_known.py"


class WellKnownArgs(TypedDict):
    """`GET /.well-known/jwks.json` and `GET /.well-known/openid-configuration`, public, cached for five minutes."""

    jwks: NotRequired[pulumi.Input[str]]
    """The JSON Web Key Set to publish. Default: the first of `keys.jwks`."""


def create_well_known(
    subject: str,
    name: str,
    parent: pulumi.Resource,
    base_url: pulumi.Input[str],
    issuer: pulumi.Input[str],
    jwks: pulumi.Input[str],
    settings: FunctionSettingsArgs,
    tags: Mapping[str, pulumi.Input[str]] | None,
) -> FunctionNodes:
    """The function that serves the documents at ``base_url``, with the runtime of the authorizer.

    ``subject`` is the component to name in errors.
    """
    documents = pulumi.Output.all(base_url, issuer, jwks).apply(lambda values: _documents(subject, *values))
    return serve_documents(name, parent, documents, settings, tags)


def serve_documents(
    name: str,
    parent: pulumi.Resource,
    documents: pulumi.Output[str],
    settings: FunctionSettingsArgs,
    tags: Mapping[str, pulumi.Input[str]] | None,
) -> FunctionNodes:
    """The function that serves ``documents``, JSON texts by name in a JSON object, at ``/.well-known/``."""
    opts = pulumi.ResourceOptions(parent=parent)
    log_group = create_function_log_group(name, 7, None, tags, opts)
    role_arn, role = create_role(
        name, "lambda.amazonaws.com", {"policy": [log_statement(parent, log_group.name)]}, tags, opts
    )
    runtime, architecture, _ = package_target(settings)
    function = aws.lambda_.Function(
        f"{name}-lambda",
        description="Publishes the JWKS and the OpenID configuration",
        role=role_arn,
        runtime=runtime,
        architectures=[architecture],
        handler="well_known.handler",
        code=documents.apply(
            lambda text: pulumi.AssetArchive(
                {"well_known.py": pulumi.FileAsset(str(_SOURCE)), "documents.json": pulumi.StringAsset(text)}
            )
        ),
        timeout=3,
        publish=True,
        logging_config=aws.lambda_.FunctionLoggingConfigArgs(
            log_format="JSON", system_log_level="WARN", log_group=log_group.name
        ),
        tags=tags,
        opts=opts,
    )
    return FunctionNodes(function, create_live_alias(name, function, opts).alias, log_group, role.role, role.policies)


def jwks_uri(base_url: str) -> str:
    """The URL of the published JWKS of an API."""
    return f"{base_url}/.well-known/{JWKS}"


def _documents(subject: str, base_url: str, issuer: str, jwks: str) -> str:
    faults = Faults(subject)
    keys = _public_keys(jwks, faults.below("well_known", "jwks"))
    if faults.found:
        raise faults.late_error()
    algorithms = sorted({key["alg"] for key in keys if isinstance(key.get("alg"), str)})
    configuration = {
        "issuer": issuer,
        "jwks_uri": jwks_uri(base_url),
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
    }
    documents = {JWKS: jwks_json(keys), OPENID_CONFIGURATION: json.dumps(configuration, sort_keys=True)}
    return json.dumps(documents, sort_keys=True)


def _public_keys(jwks: str, faults: Faults) -> list[Jwk]:
    try:
        return public_keys(jwks).keys
    except InvalidJwks as fault:
        faults.add(str(fault))
        return []


def check_well_known(
    well_known: WellKnownArgs, keys: KeysArgs, route_keys: Mapping[str, object], faults: Faults
) -> None:
    """Record in ``faults`` a missing JWKS, and routes that conflict with those of the documents."""
    if "jwks" not in well_known and not keys.get("jwks"):
        faults.below("jwks").missing("without keys.jwks there is no JWKS to publish")
    if isinstance(jwks := well_known.get("jwks"), str):
        _public_keys(jwks, faults.below("jwks"))
    for route_key in ROUTE_KEYS:
        if route_key in route_keys:
            faults.add(f"{route_key} is one of the routes already: remove it there, or remove well_known")
