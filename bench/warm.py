"""What does a warm request cost? Event in, response out, log line written, against others' verification alone."""

import time

from authorizer.decision_log import DecisionLog
from authorizer.request_authorizer import RequestAuthorizer
from authorizer.verifier_source import verifier_source
from tests.authorizer.signers import ALGORITHMS, Signer, signer

from .answer import Answer, Scale, Target, figure
from .environment import MissingError
from .signatures import GolangJwt, bare, joserfc, pyjwt
from .tokens import bearer, config, token
from .turns import Action, take_turns, timed

_ALGORITHMS = ("ES512", "ES384", "ES256", "ES256K", "RS256", "PS256", "EdDSA", "ML-DSA-65")
_GO = frozenset({"ES512", "ES384", "ES256", "RS256", "PS256", "EdDSA"})
"""What golang-jwt knows."""
_JOSERFC = _GO | {"ES256K"}
_PYJWT = _JOSERFC
_TOLERANT = ("ES256", "RS256", "EdDSA")


def measure(scale: Scale) -> Answer:
    """Each algorithm in turn; within it, everybody verifies the same token before anybody gets the next."""
    assert set(_ALGORITHMS) <= set(ALGORITHMS)  # noqa: S101
    answer = Answer("Warm: one request, from the event to the response (µs)", "warm")
    turns = scale.of(1500, 200)
    signers = [signer(alg) for alg in _ALGORITHMS]
    tokens = {key.alg: [token(key, number) for number in range(turns)] for key in signers}
    golang: GolangJwt | None = None
    try:
        golang = GolangJwt([(key, tokens[key.alg]) for key in signers if key.alg in _GO])
    except MissingError as error:
        answer.notes.append(str(error))
    for key in signers:
        actions = _sides(key, tokens[key.alg], golang)
        for name, samples in take_turns(actions, turns).items():
            answer.figures.append(figure(f"{key.alg}, {name}", "µs", samples))
    if golang:
        golang.close()
    _set_targets(answer)
    return answer


def _sides(key: Signer, tokens: list[str], golang: GolangJwt | None) -> dict[str, Action]:
    events = [bearer(text) for text in tokens]
    now = time.time()
    first, again = authorizer(key), authorizer(key)
    actions = {
        "bare verify": timed(bare(key, tokens)),
        "kms-jwt": timed(lambda turn: first.decide(events[turn], now)),
        "kms-jwt, repeated token": timed(lambda turn: again.decide(events[0], now)),
    }
    if key.alg in _PYJWT:
        actions["PyJWT"] = timed(pyjwt(key, tokens))
    if key.alg in _JOSERFC:
        actions["joserfc"] = timed(joserfc(key, tokens))
    if golang and key.alg in _GO:
        actions["golang-jwt"] = golang.check(key.alg)
    return actions


def authorizer(key: Signer) -> RequestAuthorizer:
    """The request authorizer that trusts ``key``."""
    return RequestAuthorizer(verifier_source(config(key)), DecisionLog("bench", "INFO"))


def _set_targets(answer: Answer) -> None:
    ratio = answer.ratio
    answer.targets.append(Target("ES512 against bare verify", ratio("ES512, kms-jwt", "ES512, bare verify"), 1.10))
    for alg in _TOLERANT:
        limit = 1.35 * answer.median(f"{alg}, bare verify") + 30
        name = f"{alg} against 1.35 x bare verify + 30 µs"
        answer.targets.append(Target(name, answer.median(f"{alg}, kms-jwt"), limit, "µs"))
    slowest = max(ratio(f"{alg}, kms-jwt", f"{alg}, PyJWT") for alg in _ALGORITHMS if alg in _PYJWT)
    answer.targets.append(Target("against PyJWT, the worst algorithm", slowest, 1.0))
    repeated = ratio("ES512, kms-jwt, repeated token", "ES512, bare verify")
    answer.targets.append(Target("repeated token against an ES512 verification", repeated, 0.05))
    if "ES512, golang-jwt" in {item.name for item in answer.figures}:
        faster = ratio("ES512, golang-jwt", "ES512, kms-jwt")
        answer.targets.append(Target("ES512, times faster than golang-jwt", faster, 3.0, at_least=True))
