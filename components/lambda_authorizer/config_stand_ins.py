"""Placeholders for values that are not known yet, so that the rest of a configuration can be validated already."""

from base64 import urlsafe_b64encode

import pulumi
from cryptography.hazmat.primitives.asymmetric import ec

from ..faults import Faults
from ..kms.jwk import jwks_json
from .denylist_reader import with_stand_in
from .inputs import KeysArgs, TrustedTokens
from .trusted_issuers import TrustedIssuerArgs, check_algorithms


def with_stand_ins(tokens: TrustedTokens, faults: Faults) -> TrustedTokens:
    """A copy of ``tokens`` without Outputs; missing values are recorded in ``faults``, and get placeholders too."""
    issuer = tokens.get("issuer")
    if issuer is None:
        faults.below("issuer").missing("write the `iss` of the tokens, such as https://auth.example.com")
    audience = tokens.get("audience")
    if not audience:
        faults.below("audience").missing("write the `aud` of the tokens for this API")
    complete: TrustedTokens = {
        "issuer": _known(issuer, "urn:not-known-yet"),
        "audience": [_known(value, "not known yet") for value in audience or ["not known yet"]],
        "keys": _keys(tokens.get("keys", {}), faults.below("keys")),
        "policy": tokens.get("policy", {}),
        "trusted_issuers": [
            _trusted_issuer(number, trusted_issuer, faults.below("trusted_issuers", number))
            for number, trusted_issuer in enumerate(tokens.get("trusted_issuers", []))
        ],
    }
    if "denylist" in tokens:
        complete["denylist"] = with_stand_in(tokens["denylist"])
    return complete


def _keys(keys: KeysArgs, faults: Faults) -> KeysArgs:
    source = keys.get("source", "pinned")
    if source == "kms":
        if not keys.get("kms_keys"):
            faults.below("kms_keys").missing('source "kms" requires at least one key')
        kms_keys = keys.get("kms_keys") or [{"arn": "not-known-yet"}]
        return {
            "source": source,
            "kms_keys": [
                {**key, "arn": _known(key.get("arn"), f"not-known-yet-{number}")} for number, key in enumerate(kms_keys)
            ],
        }
    if source != "pinned":
        faults.below("source").add(f"must be pinned or kms, and is {source!r}")
    elif not keys.get("jwks"):
        faults.below("jwks").missing('source "pinned" requires at least one JWKS')
    return {"jwks": [_known(jwks, stand_in_jwks()) for jwks in keys.get("jwks") or [stand_in_jwks()]]}


def _trusted_issuer(number: int, trusted_issuer: TrustedIssuerArgs, faults: Faults) -> TrustedIssuerArgs:
    jwks = trusted_issuer.get("jwks")
    complete: TrustedIssuerArgs = {
        **trusted_issuer,
        "issuer": _known(trusted_issuer.get("issuer"), f"urn:not-known-yet:{number}"),
        "issuer_aliases": [
            _known(alias, f"urn:not-known-yet:{number}:{place}")
            for place, alias in enumerate(trusted_issuer.get("issuer_aliases", []))
        ],
        "audience": [_known(value, "not known yet") for value in trusted_issuer.get("audience", ["not known yet"])],
        "jwks": _known(jwks, stand_in_jwks(number + 1)),
    }
    if "jwks_url" in trusted_issuer:
        complete["jwks_url"] = _known(trusted_issuer["jwks_url"], "https://not-known-yet.example.com/")
    if not check_algorithms(trusted_issuer, faults.below("algorithms")) or not isinstance(jwks, str):
        complete.pop("algorithms", None)  # they do not apply to a placeholder, and invalid ones are reported already
    return complete


def _known(value: pulumi.Input[str] | None, stand_in: str) -> str:
    return value if isinstance(value, str) else stand_in


def stand_in_jwks(number: int = 0) -> str:
    """A JWKS in place of one that is not known yet, with one valid key, which is different for each ``number``."""
    numbers = ec.derive_private_key(number + 1, ec.SECP256R1()).public_key().public_numbers()
    x, y = (urlsafe_b64encode(value.to_bytes(32)).rstrip(b"=").decode() for value in (numbers.x, numbers.y))
    return jwks_json([{"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": f"not known yet {number}", "alg": "ES256"}])
