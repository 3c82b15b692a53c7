"""What does a denial cost? No class of bad request may cost more than a good one."""

import time
from typing import Any

from authorizer.request_authorizer import RequestAuthorizer
from testkit.encoding import base64url, compact_json
from testkit.signers import signer

from .answer import Answer, Scale, Target, figure
from .tokens import bearer, dumps, event, token
from .turns import Action, handling, take_turns
from .warm import authorizer

_ALLOWED, _ALLOWED_LARGE = "allowed, first sight", "allowed, 8 KB"
_DENIED_LARGE = "bad signature, 8 KB"


def measure(scale: Scale) -> Answer:
    """Requests of each class take turns with good ones, and none is ever repeated."""
    answer = Answer("Denials: one bad request, ES512 (µs)", "denials")
    key, stranger = signer("ES512"), signer("ES512", "second")
    turns, now = scale.of(500, 100), int(time.time())
    good = [token(key, number) for number in range(turns)]
    large = [token(key, number, padding="x" * 5500) for number in range(turns)]
    requests = {
        _ALLOWED: [bearer(text) for text in good],
        _ALLOWED_LARGE: [bearer(text) for text in large],
        "no token": [event("") for _ in good],
        "another scheme": [event(f"Basic {text}") for text in good],
        "too large": [bearer(text + "A" * 8192) for text in good],
        "8,000 dots": [bearer("." * 8000 + str(number)) for number in range(turns)],
        "garbage of 8 KB": [bearer(f"{number:04}{'A' * 8000}.AAAA.AAAA") for number in range(turns)],
        "a header of 5 KB": [bearer(_with_header(number, {"x": "a" * 3900})) for number in range(turns)],
        "nested deeply": [bearer(_with_header(number, {"x": _nested(15)})) for number in range(turns)],
        "unknown key": [bearer(token(stranger, number)) for number in range(turns)],
        "bad signature": [bearer(_other_signature(text)) for text in good],
        _DENIED_LARGE: [bearer(_other_signature(text)) for text in large],
        "expired": [bearer(token(key, number, exp=now - 1)) for number in range(turns)],
        "another audience": [bearer(token(key, number, aud="other")) for number in range(turns)],
        "no scope": [bearer(token(key, number, scope="")) for number in range(turns)],
        "unknown route": [{**bearer(token(key, turns + number)), "routeKey": "GET /x"} for number in range(turns)],
    }
    authorizers = {name: authorizer(key) for name in requests}
    actions = {name: _deciding(authorizers[name], requests[name], now) for name in requests}
    for name, samples in take_turns(actions, turns).items():
        answer.figures.append(figure(name, "µs", samples))
    classes = [item for item in answer.figures if item.name not in (_ALLOWED, _ALLOWED_LARGE, _DENIED_LARGE)]
    slowest = max(classes, key=lambda item: item.median)
    answer.notes.append(f"The slowest class of ordinary size is: {slowest.name}.")
    answer.targets += [
        Target("slowest denial against an allow", answer.ratio(slowest.name, _ALLOWED), 1.05),
        Target("the same with 8 KB", answer.ratio(_DENIED_LARGE, _ALLOWED_LARGE), 1.05),
    ]
    return answer


def _deciding(side: RequestAuthorizer, events: list[dict[str, Any]], now: float) -> Action:
    return handling(lambda event: side.decide(event, now), [dumps(event) for event in events])


def _with_header(number: int, extra: dict[str, object]) -> str:
    header = {"alg": "ES512", "typ": "JWT", "kid": f"unknown-{number}", **extra}
    return f"{base64url(compact_json(header))}.AAAA.AAAA"


def _nested(depth: int) -> object:
    return [_nested(depth - 1)] if depth else 1


def _other_signature(text: str) -> str:
    unsigned, _, signature = text.rpartition(".")
    return f"{unsigned}.{signature[:20]}{'B' if signature[20] == 'A' else 'A'}{signature[21:]}"
