"""What has no input: resource options of a component change the resources inside it, as documented in docs/concepts.md."""

from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockResourceArgs

from components import AuthorizedHttpApi, JwtAuthorizer, SigningKeys, TokenService
from components.testing import Recording, declare

from .example import ISSUER, JWKS, api_args

LAMBDA, LOG_GROUP = "aws:lambda/function:Function", "aws:cloudwatch/logGroup:LogGroup"
CLIENTS: Any = {"billing": {"scopes": ["a"], "audiences": ["orders"], "secret_hashes": ["ab" * 32]}}


def _more_memory(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    """In the process of the program: the inputs have Python's names."""
    if args.type_ != LAMBDA:
        return None
    return pulumi.ResourceTransformationResult({**args.props, "memory_size": 1769}, args.opts)


def _no_deletion(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """In the engine: the inputs have the names of the schema."""
    if args.type_ != LOG_GROUP:
        return None
    return pulumi.ResourceTransformResult({**args.props, "skipDestroy": True}, args.opts)


def _declare_each(opts: pulumi.ResourceOptions) -> Recording:
    authorizer: Any = {"api_id": "a", "issuer": ISSUER, "audience": ["orders"], "keys": {"jwks": [JWKS]}}

    def program() -> None:
        AuthorizedHttpApi("orders", api_args(well_known={}), opts)
        JwtAuthorizer("authorizer", authorizer, opts)
        TokenService("tokens", {"clients": CLIENTS}, opts)
        SigningKeys("signing", {}, opts)

    return declare(program)


def test_transformations_reach_every_resource_inside() -> None:
    recording = _declare_each(pulumi.ResourceOptions(transformations=[_more_memory]))

    functions = recording.all(LAMBDA)
    assert len(functions) == 5
    assert {function.inputs["memorySize"] for function in functions} == {1769}


def test_a_transformation_of_options() -> None:
    def protected(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != "aws:kms/key:Key":
            return None
        found.append(args.name)
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(retain_on_delete=True))
        return pulumi.ResourceTransformationResult(args.props, options)

    found: list[str] = []
    _declare_each(pulumi.ResourceOptions(transformations=[protected]))

    assert found == ["tokens-keys-key-1", "signing-key-1"]


def test_transforms_reach_every_resource_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine runs them for the component and its descendants, in every language; Pulumi's mocks leave that to the test."""
    active: list[Any] = []
    new_resource = Recording.new_resource

    def engine(recording: Recording, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        active.extend(transform for transform in args.transforms if transform not in active)
        for transform in active:
            options = pulumi.ResourceOptions()
            given = pulumi.ResourceTransformArgs(bool(args.custom), args.typ, args.name, args.inputs, options)
            if result := transform(given):
                args.inputs = result.props
        return new_resource(recording, args)

    monkeypatch.setattr(Recording, "new_resource", engine)
    recording = _declare_each(pulumi.ResourceOptions(transforms=[_no_deletion]))

    groups = recording.all(LOG_GROUP)
    assert len(groups) == 7
    assert all(group.inputs["skipDestroy"] for group in groups)
