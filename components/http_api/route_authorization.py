"""Routes beside those of this library's authorizer: IAM authorization, and API Gateway's own JWT authorizer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, NotRequired, TypedDict, get_args

import pulumi
import pulumi_aws as aws

from ..choices import AuthorizationLiteral
from ..faults import Faults
from ..lambda_authorizer.identity_sources import AUTHORIZATION_HEADER
from ..late_checks import checked_later
from .routes import RouteArgs, Routes

MAX_JWT_AUTHORIZERS = 9
"""An API has at most 10 authorizers, and this library's is one. This and the next two:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

MAX_AUDIENCES = 50
MAX_SCOPES = 10

SIGNATURE_HEADERS = ("x-amz-content-sha256", "x-amz-date", "x-amz-security-token")
"""Beside the authorization header, those of a request that is signed in a browser.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""

_HEADER = "$request.header."
_KINDS = get_args(AuthorizationLiteral)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_ISSUER = re.compile(
    rf"(https://{_LABEL}(\.{_LABEL})*|http://(127\.0\.0\.1|localhost))(:(?P<port>[0-9]{{1,5}}))?(/[^\s?#]*)?"
)
"""HTTP on this machine is for the emulator; API Gateway's own check, of the OpenID configuration, refuses it on AWS."""

_SOURCE = re.compile(r"\$request\.(header|querystring)\.[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class BuiltInJwtAuthorizerArgs(TypedDict):
    """A JWT authorizer that is built into API Gateway. It accepts tokens that one issuer has signed with RSA, and reads its
    keys at run time. It checks `iss`, `aud` or `client_id`, `exp`, `nbf` and `iat`, and nothing else of what this library
    checks."""

    issuer: pulumi.Input[str]
    """The issuer, whose OpenID configuration must be reachable from the internet when the authorizer is created."""
    audience: Sequence[pulumi.Input[str]]
    """Accepted `aud` values, 1 to 50, or `client_id` values of a token without `aud`; one match suffices."""
    identity_source: NotRequired[str]
    """Where the token is, such as "$request.querystring.token". Default: the Authorization header."""


class RouteAuthorization(NamedTuple):
    """What API Gateway requires of the requests for a route."""

    type: str
    authorizer_id: pulumi.Input[str] | None = None
    scopes: Sequence[str] | None = None


def create_jwt_authorizers(
    name: str,
    api_id: pulumi.Input[str],
    jwt_authorizers: Mapping[str, BuiltInJwtAuthorizerArgs],
    faults: Faults,
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.apigatewayv2.Authorizer]:
    """The JWT authorizers by name; ``faults`` are those of the API. Values that are Outputs are checked once they are known."""
    return {
        key: aws.apigatewayv2.Authorizer(
            f"{name}-jwt-{key}",
            api_id=api_id,
            authorizer_type="JWT",
            identity_sources=[item.get("identity_source", AUTHORIZATION_HEADER)],
            jwt_configuration=aws.apigatewayv2.AuthorizerJwtConfigurationArgs(
                issuer=checked_later(item["issuer"], _issuer_fault, faults.below("jwt_authorizers", key, "issuer")),
                audiences=[
                    checked_later(value, _audience_fault, faults.below("jwt_authorizers", key, "audience", index))
                    for index, value in enumerate(item["audience"])
                ],
            ),
            opts=opts,
        )
        for key, item in jwt_authorizers.items()
    }


def authorizations(
    routes: Routes, jwt_authorizers: Mapping[str, aws.apigatewayv2.Authorizer]
) -> dict[str, RouteAuthorization]:
    """The authorization of the routes that this library's authorizer does not protect, except the public ones."""
    found: dict[str, RouteAuthorization] = {}
    for route_key, route in routes.items():
        if route.get("authorization") == "iam":
            found[route_key] = RouteAuthorization("AWS_IAM")
        elif route.get("authorization") == "jwt":
            authorizer = jwt_authorizers[_authorizer_of(route, jwt_authorizers)]
            found[route_key] = RouteAuthorization("JWT", authorizer.id, route.get("scopes") or None)
    return found


def tokens_of(
    route: RouteArgs, jwt_authorizers: Mapping[str, BuiltInJwtAuthorizerArgs]
) -> dict[str, pulumi.Input[str] | Sequence[pulumi.Input[str]]]:
    """Issuer and audience of the tokens of a checked route with a JWT authorizer; of another route nothing."""
    if route.get("authorization") != "jwt":
        return {}
    authorizer = jwt_authorizers[_authorizer_of(route, jwt_authorizers)]
    return {"issuer": authorizer["issuer"], "audience": authorizer["audience"]}


def credentials_headers(routes: Routes, jwt_authorizers: Mapping[str, BuiltInJwtAuthorizerArgs]) -> list[str]:
    """The request headers, in lower case, in which pages send tokens, or a signature with AWS credentials."""
    found = ["authorization"]
    if any(route.get("authorization") == "iam" for route in routes.values()):
        found += SIGNATURE_HEADERS
    for item in jwt_authorizers.values():
        source = item.get("identity_source", "").lower()
        if source.startswith(_HEADER):
            found.append(source.removeprefix(_HEADER))
    return list(dict.fromkeys(found))


def check_authorizations(
    routes: Routes, jwt_authorizers: Mapping[str, BuiltInJwtAuthorizerArgs], faults: Faults
) -> None:
    """Record in ``faults`` what API Gateway would reject or ignore; ``faults`` are those of the API."""
    for route_key, route in routes.items():
        _check_route(route, jwt_authorizers, faults.below("routes", route_key))
    used = {_authorizer_of(route, jwt_authorizers) for route in routes.values() if route.get("authorization") == "jwt"}
    below = faults.below("jwt_authorizers")
    if len(jwt_authorizers) > MAX_JWT_AUTHORIZERS:
        below.add(f"must be at most {MAX_JWT_AUTHORIZERS} beside this library's, and are {len(jwt_authorizers)}")
    for name, authorizer in jwt_authorizers.items():
        _check_authorizer(name, authorizer, below.below(name))
        if name not in used:
            below.below(name).add('is used by no route: remove it, or write authorization: "jwt" on a route')


def _authorizer_of(route: RouteArgs, jwt_authorizers: Mapping[str, object]) -> str:
    """The name of the JWT authorizer of the route; empty if it is not clear."""
    only = next(iter(jwt_authorizers)) if len(jwt_authorizers) == 1 else ""
    return route.get("jwt_authorizer", only)


def _check_route(route: RouteArgs, jwt_authorizers: Mapping[str, object], faults: Faults) -> None:
    kind = route.get("authorization")
    if kind is not None and kind not in _KINDS:
        faults.below("authorization").add(
            f'must be "iam" or "jwt", and is {kind!r}: remove it for the authorizer of this library'
        )
    elif kind is not None and route.get("public"):
        faults.below("authorization").add("cannot be combined with public: remove one of them")
    if "jwt_authorizer" in route and kind != "jwt":
        faults.below("jwt_authorizer").add('has no effect without authorization: "jwt": remove it, or write that')
    if kind == "iam" and route.get("scopes"):
        faults.below("scopes").add("has no effect on requests with AWS credentials, which have no scopes: remove it")
    if kind == "jwt":
        _check_jwt_route(route, jwt_authorizers, faults)


def _check_jwt_route(route: RouteArgs, jwt_authorizers: Mapping[str, object], faults: Faults) -> None:
    name, names = _authorizer_of(route, jwt_authorizers), ", ".join(jwt_authorizers)
    if not jwt_authorizers:
        faults.below("authorization").add(
            'requires the issuer and the audience of its tokens: write them in jwt_authorizers, such as {"partners": '
            '{"issuer": "https://auth.example.com", "audience": ["orders"]}}'
        )
    elif not name:
        faults.below("jwt_authorizer").missing(f"there are several jwt_authorizers: write one of {names}")
    elif name not in jwt_authorizers:
        faults.below("jwt_authorizer").add(f"must be one of the jwt_authorizers, {names}, and is {name!r}")
    scopes, match = route.get("scopes", []), route.get("scopes_match")
    if len(scopes) > MAX_SCOPES:
        faults.below("scopes").add(
            f"API Gateway's JWT authorizer takes at most {MAX_SCOPES}, and these are {len(scopes)}"
        )
    if any(not scope or any(char.isspace() for char in scope) for scope in scopes):
        faults.below("scopes").add(f"must be scopes without spaces (RFC 6749 section 3.3), and are {scopes!r}")
    if scopes and match == "all":
        faults.below("scopes_match").add(
            "API Gateway's JWT authorizer accepts a token with any one of the scopes, never all: write any, or remove "
            "authorization"
        )
    elif len(scopes) > 1 and match is None:
        faults.below("scopes_match").missing(
            "API Gateway's JWT authorizer accepts a token with any one of the scopes: write any, or a single scope"
        )
    elif scopes and match not in (None, "any", "all"):
        faults.below("scopes_match").add(f"must be any, and is {match!r}")


def _check_authorizer(name: str, authorizer: BuiltInJwtAuthorizerArgs, faults: Faults) -> None:
    if not _NAME.fullmatch(name):
        faults.add(
            f"must have a name of 1 to 40 letters, digits, '_' and '-', the first a letter or a digit, and has {name!r}"
        )
    issuer, audience = authorizer.get("issuer"), authorizer.get("audience")
    if isinstance(issuer, str) and (fault := _issuer_fault(issuer)):
        faults.below("issuer").add(fault)
    if audience is not None and not 1 <= len(audience) <= MAX_AUDIENCES:
        faults.below("audience").add(f"must be 1 to {MAX_AUDIENCES} values, and are {len(audience)}")
    for index, value in enumerate(audience or []):
        if isinstance(value, str) and (fault := _audience_fault(value)):
            faults.below("audience", index).add(fault)
    source = authorizer.get("identity_source")
    if source is not None and not _SOURCE.fullmatch(source):
        faults.below("identity_source").add(
            f"must be one header or query parameter, such as {AUTHORIZATION_HEADER}, and is {source!r}"
        )


def _issuer_fault(issuer: object) -> str | None:
    found = _ISSUER.fullmatch(issuer) if isinstance(issuer, str) else None
    if found and int(found["port"] or 443) <= 65535:
        return None
    return (
        "must be an https URL without query and fragment, to which API Gateway appends /.well-known/openid-configuration, "
        f"such as https://auth.example.com, and is {issuer!r}"
    )


def _audience_fault(audience: object) -> str | None:
    return None if audience else "must not be empty: write the aud of the tokens"
