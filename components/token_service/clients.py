"""The clients of a token service, as the arguments describe them: what each may ask for, and how it authenticates."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi

SECRET, ASSERTION, ROLES, CERTIFICATE = "secret_hashes", "assertion", "aws_roles", "tls_client_auth"
"""The arguments of which each client has exactly one."""


class ClientAssertionArgs(TypedDict):
    """A client that authenticates with a JWT that it signs itself (`private_key_jwt`, RFC 7523)."""

    jwks: pulumi.Input[str]
    """The client's public keys, as the JSON of a JSON Web Key Set (RFC 7517), each with `kid` and `alg`."""
    token_endpoint_audience: NotRequired[bool]
    """Whether the URL of the token endpoint is accepted as the audience of its assertions, in addition to the issuer, as
    older libraries write it. Default: false."""


class TlsClientAuthArgs(TypedDict):
    """The name in the certificate of a client that authenticates with it (`tls_client_auth`, RFC 8705): exactly one of these.
    API Gateway verifies the certificate against the truststore of the domain, so whoever gets a certificate with this name from
    one of its authorities is the client."""

    subject_dn: NotRequired[pulumi.Input[str]]
    """The whole subject, in the form of RFC 4514, which begins with the last part of the name: "CN=billing,O=Example,C=CH".
    `openssl x509 -noout -subject -nameopt RFC2253` prints it."""
    san_dns: NotRequired[pulumi.Input[str]]
    """One of its alternative names: a host name, such as "billing.example.com". A wildcard in a certificate does not match."""
    san_uri: NotRequired[pulumi.Input[str]]
    """One of its alternative names: a URI, such as "spiffe://example.com/billing", in exactly this spelling."""
    san_ip: NotRequired[pulumi.Input[str]]
    """One of its alternative names: an IP address, such as "192.0.2.1"."""
    san_email: NotRequired[pulumi.Input[str]]
    """One of its alternative names: an email address, such as "billing@example.com"."""


class TokenClientArgs(TypedDict):
    """A client: a program that gets tokens for itself. It authenticates with exactly one of `secret_hashes`, `assertion`,
    `aws_roles` and `tls_client_auth`."""

    scopes: list[str]
    """The scopes that it may have, at least one. A request without `scope` gets all of them."""
    audiences: Sequence[pulumi.Input[str]]
    """The audiences that its tokens may have, at least one. A request without `resource` gets all of them."""
    lifetime_seconds: NotRequired[int]
    """Lifetime of its tokens in seconds, 300 to 86400. Default: 900. Authorizers deny tokens that are older than their
    `max_token_age_seconds`, by default 3600."""
    secret_hashes: NotRequired[Sequence[pulumi.Input[str]]]
    """SHA-256 of its secret in hexadecimal digits, which `kms-jwt client new` prints; two of them while the secret is
    rotated."""
    assertion: NotRequired[ClientAssertionArgs]
    """It authenticates with a JWT that it signs itself."""
    aws_roles: NotRequired[Sequence[pulumi.Input[str]]]
    """ARNs of the IAM roles that are this client, each in one of `aws_accounts`. A program with such a role authenticates
    with a token of `sts:GetWebIdentityToken` and needs no secret."""
    tls_client_auth: NotRequired[TlsClientAuthArgs]
    """It authenticates with a client certificate that contains this name. Requires `domain.mutual_tls`, and
    `domain.disable_default_endpoint`."""
    certificate_bound_tokens: NotRequired[bool]
    """Whether its tokens are bound to the client certificate that it presents, whichever way it authenticates (RFC 8705): an
    API with `bound_tokens` accepts them only together with that certificate, other APIs do not accept them. Requires
    `domain.mutual_tls`, and `domain.disable_default_endpoint`. Default: false."""


class AwsAccountArgs(TypedDict):
    """An AWS account whose roles may be clients."""

    account_id: pulumi.Input[str]
    """The 12 digits of the account ID."""
    issuer: pulumi.Input[str]
    """The issuer of the account's tokens, which `aws iam get-outbound-web-identity-federation-info` prints:
    "https://<uuid>.tokens.sts.global.api.aws"."""


Clients = Mapping[str, TokenClientArgs]
"""Client id -> client."""


def any_has(clients: Clients, method: str) -> bool:
    """Whether a client authenticates with ``method``, the name of the argument."""
    return any(method in client for client in clients.values())
