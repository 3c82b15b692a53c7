"""The components as a Pulumi package, for programs in other languages."""

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.provider import ConstructResult
from pulumi.provider.experimental.analyzer import PropertyDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.util import camel_case
from pulumi.provider.server import ComponentInitError
from pulumi.runtime import settings

from .denylist import Denylist
from .faults import Spelling, foreign_spelling
from .http_api.authorized_http_api import AuthorizedHttpApi
from .http_api.domain import Domain
from .http_api.domain_claims import Claims, Deployment, deployment_claims
from .http_api.domain_inputs import DomainSettings
from .kms.generations import GenerationsArgs
from .kms.signing_keys import SigningKeys
from .lambda_authorizer.authorizer_function import AuthorizerFunction
from .lambda_authorizer.authorizer_role import AuthorizerRole
from .lambda_authorizer.inputs import AuthorizerOptions, ClosedRoutes, FunctionOptions, TrustedTokens
from .lambda_authorizer.jwt_authorizer import JwtAuthorizer
from .token_service.role import TokenServiceRole
from .token_service.token_service import TokenService

SHARED_ARGS = (TrustedTokens, ClosedRoutes, FunctionOptions, AuthorizerOptions, GenerationsArgs, DomainSettings)
"""The parts from which the arguments of components inherit; an input has the same meaning in all of them."""

COMPONENTS = (
    *(AuthorizedHttpApi, JwtAuthorizer, SigningKeys, AuthorizerFunction, AuthorizerRole),
    *(TokenService, TokenServiceRole, Denylist, Domain),
)

_UNLESS = " Required unless `function_arn` is set."

REQUIRED = {"kms-jwt:index:AuthorizerFunction": ("issuer", "audience", "keys")}
"""Inputs that are optional in ``SHARED_ARGS``, since `function_arn` may replace them, but required where it cannot."""


class KmsJwtProvider(ComponentProvider):
    """Hosts the components, and reports errors in their inputs in the spelling of the other languages."""

    def __init__(self, version: str) -> None:
        super().__init__(list(COMPONENTS), "kms-jwt", version=version)
        schema = _without_indentation(self._with_shared_inputs(json.loads(self.schema or "")))
        self.schema = json.dumps(schema)
        self._spelling = _spelling(schema)
        # Those of the last deployment: a plugin may serve several, as with PULUMI_DEBUG_PROVIDERS.
        self._claims: tuple[Deployment, Claims] | None = None

    def construct(
        self, name: str, resource_type: str, inputs: Any, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """Create a component. Raises ``InputPropertiesError`` for invalid inputs, which the engine shows at the resource."""
        foreign_spelling.set(self._spelling)
        deployment_claims.set(self._claims_of(_deployment()))
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, InputPropertiesError):
                raise error.inner from None
            raise

    def map_input_properties(
        self,
        inputs: Any,
        properties: dict[str, PropertyDefinition],
        mapping: dict[str, str],
        component_name: str,
        property_path: str,
    ) -> Any:
        """The inputs by their names in Python.

        Pulumi drops unknown ones, and converts a value that is not an object, such as an Output, to an empty object. Here both
        are kept, so that the component reports them.
        """
        if not isinstance(inputs, Mapping):
            return inputs
        mapped = super().map_input_properties(inputs, properties, mapping, component_name, property_path)
        no_objects = {
            mapping[key]: inputs[key]
            for key, definition in properties.items()
            if definition.ref and inputs.get(key) is not None and not isinstance(inputs[key], Mapping)
        }
        # Names that begin with two underscores, such as `__defaults`, are internal to Pulumi.
        unknown = {_snake_case(key): key for key in inputs if key not in properties and not key.startswith("__")}
        for name in sorted(unknown.keys() & mapping.values()):  # spelled as in Python
            path = f"{property_path}.{unknown[name]}".removeprefix(".")
            reason = f"unknown key: write {_camel_case(name)}"
            fault: InputPropertyErrorDetails = {"property_path": path, "reason": reason}
            raise InputPropertiesError(f"{component_name} has invalid inputs:\n  {path}: {reason}", [fault])
        return {**mapped, **no_objects, **{name: inputs[key] for name, key in unknown.items()}}

    def _with_shared_inputs(self, schema: Any) -> Any:
        """The schema with the descriptions of inherited inputs, which Pulumi does not look up in the base classes, and with the
        inputs that are required here and optional there, which no ``TypedDict`` can express."""
        described = {
            camel_case(name): text
            for part in SHARED_ARGS
            for name in part.__annotations__
            if (text := self.analyzer.get_docstring(part, name))
        }
        shared = [component["inputProperties"] for component in schema["resources"].values()]
        shared += [type_["properties"] for type_ in schema["types"].values()]
        for inputs in shared:
            for name, input_ in inputs.items():
                if "description" not in input_ and name in described:
                    for place in (input_, input_.get("items", {}), input_.get("additionalProperties", {})):
                        place["description"] = described[name]
        for token, names in REQUIRED.items():
            component = schema["resources"][token]
            component["requiredInputs"] = sorted([*component["requiredInputs"], *names])
            for name in names:
                input_ = component["inputProperties"][name]
                input_["description"] = input_["description"].removesuffix(_UNLESS)
        return schema

    def _claims_of(self, deployment: Deployment) -> Claims:
        if self._claims is None or self._claims[0] != deployment:
            self._claims = deployment, Claims()
        return self._claims[1]


def _without_indentation(schema: Any) -> Any:
    """The schema with its descriptions as Python 3.13 and newer compile docstrings; older versions keep the indentation."""
    if isinstance(schema, list):
        return [_without_indentation(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: inspect.cleandoc(value)
        if name == "description" and isinstance(value, str)
        else _without_indentation(value)
        for name, value in schema.items()
    }


def _deployment() -> Deployment:
    # Each deployment has a resource monitor at its own address. Pulumi keeps only the connection, and creates a new one for
    # each component.
    monitor: Any = settings.get_monitor()
    address = monitor.RegisterResource._channel.target()
    return Deployment(address, settings.get_project(), settings.get_stack(), settings.is_dry_run())


def _spelling(schema: Any) -> Spelling:
    inputs = [component["inputProperties"] for component in schema["resources"].values()]
    properties = [type_["properties"] for type_ in schema["types"].values()]
    names = {_snake_case(name): name for group in (*inputs, *properties) for name in group}
    alternatives = "|".join(sorted(names, key=len, reverse=True))
    words = re.compile(rf"""("[^"]*"|(?<!\w)'[^']*')|\b({alternatives})\b""")  # what is quoted is the program's own
    maps = "|".join({_snake_case(name) for group in (*inputs, *properties) for name in group if _is_map(group[name])})
    # A map's keys are the program's own, such as a client's ID; so is what is in brackets.
    own = re.compile(rf"""(\["[^"]*"\])|(?<![^.])({maps})(\.[^.\[]+)|_([a-z0-9])""")

    def spelled(found: re.Match[str]) -> str:
        if found[4]:
            return found[4].upper()
        return found[1] or f"{_camel_case(found[2])}{found[3]}"

    return Spelling(
        lambda path: own.sub(spelled, path),
        lambda reason: words.sub(lambda match: match[1] or names[match[2]], reason),
    )


def _is_map(property_: Mapping[str, object]) -> bool:
    return "additionalProperties" in property_


def _camel_case(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def _snake_case(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)
