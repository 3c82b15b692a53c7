"""``sts:GetWebIdentityToken``: MiniStack judges the request and signs with a shared secret; here the token is AWS's.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
"""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import sts

from .condition_keys import of_token, role_arn

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Answer]]

KEY_ID = "EC384_0"
"""The ``kid`` of each account's ES384 key, as in AWS's own key sets."""

_CURVE = ec.SECP384R1()
_TOKEN = re.compile(rb"(?<=<WebIdentityToken>)[^<]+")


def install() -> None:
    """From now on MiniStack's tokens are signed for their callers. Condition keys of the request are in ``condition_keys``."""
    sts.handle_request = _signing(sts.handle_request)


def issuer(account: str) -> str:
    """The issuer of an account: always the same one, so that a stack's configuration can name it."""
    return f"https://{uuid.uuid5(uuid.NAMESPACE_URL, f'kms-jwt/{account}')}.tokens.sts.global.api.aws"


def private_key(account: str) -> ec.EllipticCurvePrivateKey:
    """The account's key: always the same one, which is anybody's."""
    seed = hashlib.sha512(f"kms-jwt/{account}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(seed[:47], "big") + 1, _CURVE)


def _signing(original: Handler) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        status, fields, content = await original(method, path, headers, body, query)
        request = parse_qs(body.decode(errors="replace"))
        if request.get("Action") != ["GetWebIdentityToken"] or status != 200:
            return status, fields, content
        if request["SigningAlgorithm"] != ["ES384"]:
            error: Answer = sts._error(501, "NotImplemented", "The emulator signs with ES384 only.", ns="sts")
            return error
        tags = _tags(request)
        if tags and _may_not_tag(extract_access_key_id(headers, query), tags, body):
            refused: Answer = sts._error(
                403, "AccessDenied", "User is not authorized to perform: sts:TagGetWebIdentityToken", ns="sts"
            )
            return refused
        caller = sts._caller_identity(headers, query)
        answer = _TOKEN.sub(lambda token: _signed(token[0], caller, tags), content)
        return status, {**fields, "Content-Length": str(len(answer))}, answer

    return handle


def _tags(request: Mapping[str, list[str]]) -> dict[str, str]:
    """The tags that the caller passes, in STS's form encoding."""
    return {
        request[f"Tags.member.{number}.Key"][0]: request.get(f"Tags.member.{number}.Value", [""])[0]
        for number in range(1, 51)
        if f"Tags.member.{number}.Key" in request
    }


def _may_not_tag(access_key: str, tags: Mapping[str, str], body: bytes) -> bool:
    """Whether the caller lacks the second permission, which tags need."""
    context = {"aws:TagKeys": list(tags), **{f"aws:RequestTag/{name}": value for name, value in tags.items()}}
    action, everything = "sts:TagGetWebIdentityToken", {**context, **of_token(body)}
    return bool(iam_evaluator.enforce(access_key, action, "sts", get_region(), service_context=everything))


def _signed(token: bytes, caller: Mapping[str, Any], tags: Mapping[str, str]) -> bytes:
    """The token of AWS in place of MiniStack's ``token``, whose audience and dates are those of the request."""
    payload = token.split(b".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    account = get_account_id()
    principal = role_arn(caller["userArn"], account) if caller["principalType"] == "AssumedRole" else caller["userArn"]
    details = {
        "aws_account": account,
        "principal_id": principal,
        "source_region": get_region(),
        **({"request_tags": tags} if tags else {}),
    }
    claims |= {
        "iss": issuer(account),
        "sub": principal,
        "jti": str(uuid.uuid4()),
        "https://sts.amazonaws.com/": details,
    }
    header = {"alg": "ES384", "typ": "JWT", "kid": KEY_ID}
    unsigned = b".".join(_segment(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    halves = decode_dss_signature(private_key(account).sign(unsigned, ec.ECDSA(hashes.SHA384())))
    return unsigned + b"." + _segment(b"".join(half.to_bytes(48, "big") for half in halves))


def _segment(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")
