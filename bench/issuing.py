"""How long does the token service take for a token, beside the signature of KMS alone?"""

import time
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256, sha512
from typing import Any
from urllib.parse import urlencode

from emulator.server import MiniStack
from issuer import KmsSigner
from issuer.token_service.config import Config, parse_config
from issuer.token_service.decision_log import DecisionLog
from issuer.token_service.token_endpoint import TokenEndpoint
from testkit import tokens
from testkit.signers import Signer, signer

from .answer import Answer, Scale, Target, figure
from .tokens import dumps
from .turns import Action, handling, ratio, take_turns, timed

_ISSUER, _SECRET = "https://auth.example.com", "s" * 43
_ALONE, _BY_SECRET, _BY_KEY = "kms:Sign alone", "a token, by secret", "a token, by private_key_jwt"
_OWN = "the same without signing: the service's own work"


def measure(scale: Scale) -> Answer:
    """One request after the other, in this process; KMS is the emulator's, whose ES512 signature takes longer than on AWS."""
    answer = Answer("Issuing: a request to the token service (ms), with the emulator's KMS", "issuing")
    calls, now, theirs = scale.of(400, 60), time.time(), signer("ES256")
    with MiniStack() as ministack:
        kms: Any = ministack.client("kms")
        key = kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        config = parse_config(_document(key, theirs))
        by_secret = [dumps(_event(_basic(), {})) for _ in range(calls)]
        by_key = [dumps(_event({}, _assertion(theirs, number, int(now)))) for number in range(calls)]
        samples = take_turns(
            {
                _ALONE: timed(lambda call: _sign(kms, key, call)),
                _BY_SECRET: _service(config, KmsSigner.pinned(config.keys, kms), by_secret, now),
                _BY_KEY: _service(config, KmsSigner.pinned(config.keys, kms), by_key, now),
                _OWN: _service(config, _AlreadySigned(config), by_secret, now),
            },
            calls,
        )
    answer.figures = [figure(name, "ms", [each / 1000 for each in found]) for name, found in samples.items()]
    for name, limit in ((_BY_SECRET, 1.25), (_BY_KEY, 1.5)):
        answer.targets.append(Target(f"{name}, against {_ALONE}", ratio(samples[name], samples[_ALONE]), limit))
    answer.notes.append(
        f"One execution environment on this machine issues {1000 / answer.median(_BY_SECRET):.0f} tokens a second, and KMS "
        f"would sign {1000 / answer.median(_ALONE):.0f} times."
    )
    return answer


class _AlreadySigned:
    """In place of KMS: always the same token."""

    def __init__(self, config: Config) -> None:
        fake = signer("ES256")
        self._token = tokens.token(fake, {"sub": "billing"}, tokens.header(fake, kid=config.keys[0].kid))

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """The token."""
        return self._token


def _service(config: Config, signer: Any, events: list[bytes], now: float) -> Action:
    endpoint = TokenEndpoint(config, signer, DecisionLog("bench", "INFO"))

    def answer(event: Any) -> None:
        response = endpoint.answer(event, now)
        assert response["statusCode"] == 200, response  # noqa: S101 - otherwise the figures are meaningless

    return handling(answer, events)


def _sign(kms: Any, key: str, number: int) -> None:
    digest = sha512(str(number).encode()).digest()
    kms.sign(KeyId=key, Message=digest, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_512")


def _document(key: str, theirs: Signer) -> Mapping[str, object]:
    may = {"scopes": ["orders:read"], "audiences": ["orders"]}
    return {
        "version": 1,
        "issuer": _ISSUER,
        "token_endpoint": f"{_ISSUER}/token",
        "keys": [{"key_arn": key, "alg": "ES512"}],
        "clients": {
            "billing": {**may, "secret_hashes": [sha256(_SECRET.encode()).hexdigest()]},
            "batch": {**may, "assertion": {"keys": [theirs.jwk]}},
        },
    }


def _basic() -> Mapping[str, str]:
    return {"authorization": "Basic " + b64encode(f"billing:{_SECRET}".encode()).decode()}


def _assertion(theirs: Signer, number: int, now: int) -> Mapping[str, str]:
    claims = {"iss": "batch", "sub": "batch", "aud": _ISSUER, "iat": now, "exp": now + 60, "jti": f"jti-{number}"}
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": tokens.token(theirs, claims),
    }


def _event(headers: Mapping[str, str], form: Mapping[str, str]) -> Mapping[str, object]:
    """API Gateway's event, payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "POST /token",
        "rawPath": "/token",
        "rawQueryString": "",
        "headers": {"content-type": "application/x-www-form-urlencoded", **headers},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.eu-west-1.amazonaws.com",
            "http": {"method": "POST", "path": "/token", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "id-0123456789ab=",
            "routeKey": "POST /token",
            "stage": "$default",
        },
        "body": urlencode({"grant_type": "client_credentials", "scope": "orders:read", **form}),
        "isBase64Encoded": False,
    }
