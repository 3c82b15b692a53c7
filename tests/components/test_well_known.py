"""The well-known endpoints: public, and telling what the tokens are verified with."""

import json
from typing import Any

import pulumi
import pytest

from components import AuthorizedHttpApi, InvalidArgs, SigningKeys
from components.testing import Recording, declare

from .example import BACKEND, ISSUER, api_args, declare_api


@pytest.fixture(scope="module")
def recording() -> Recording:
    def program() -> dict[str, Any]:
        keys = SigningKeys("signing", {})
        api = AuthorizedHttpApi("orders", api_args(keys={"jwks": [keys.jwks]}, well_known={}))
        return {"jwks": keys.jwks, "jwks_uri": api.jwks_uri, "endpoint": api.api_endpoint}

    return declare(program)


def test_both_routes_are_public_and_share_one_function(recording: Recording) -> None:
    routes = {item.inputs["routeKey"]: item.inputs for item in recording.all("aws:apigatewayv2/route:Route")}
    endpoints = [routes[f"GET /.well-known/{name}"] for name in ("jwks.json", "openid-configuration")]

    assert [route["authorizationType"] for route in endpoints] == ["NONE", "NONE"]
    assert endpoints[0]["target"] == endpoints[1]["target"]


def test_the_documents(recording: Recording) -> None:
    function = recording.only("aws:lambda/function:Function", "orders-well-known-lambda").inputs
    text = function["code"].assets["documents.json"].text
    documents = {name: json.loads(document) for name, document in json.loads(text).items()}

    assert documents["jwks.json"] == json.loads(recording.outputs["jwks"])
    assert documents["openid-configuration"] == {
        "issuer": ISSUER,
        "jwks_uri": recording.outputs["jwks_uri"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES512"],
    }
    assert recording.outputs["jwks_uri"] == f"{recording.outputs['endpoint']}/.well-known/jwks.json"
    assert isinstance(function["code"].assets["well_known.py"], pulumi.FileAsset)


def test_its_routes_are_no_concern_of_the_authorizer(recording: Recording) -> None:
    code = recording.only("aws:lambda/function:Function", "orders-authorizer-function-lambda").inputs["code"]

    assert json.loads(code.assets["config.json"].text)["routes"].keys() == {"GET /orders", "POST /orders"}


def test_not_published_unless_asked_for() -> None:
    recording = declare(lambda: {"jwks_uri": AuthorizedHttpApi("orders", api_args()).jwks_uri})

    assert recording.outputs == {"jwks_uri": None}
    assert len(recording.all("aws:apigatewayv2/route:Route")) == 3


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"keys": {"source": "kms", "kms_keys": [{"arn": "a"}]}}, "well_known.jwks: missing: without keys.jwks"),
        (
            {"routes": {"GET /.well-known/jwks.json": {"integration": {"lambda_arn": BACKEND}}}},
            "well_known: GET /.well-known/jwks.json is one of the routes already",
        ),
        (
            {"function_arn": BACKEND, "issuer": None, "audience": None, "keys": None},
            "well_known: requires issuer and keys, which cannot be combined with function_arn",
        ),
    ],
)
def test_bad_input_names_the_path(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(well_known={}, **changes)
    assert fault in str(refused.value)
