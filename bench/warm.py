"""What does a warm request cost? Event in, response out, log line written, against others' verification alone."""

import time
from collections.abc import Mapping, Sequence

from authorizer.decision_log import DecisionLog
from authorizer.key_source import key_source
from authorizer.request_authorizer import RequestAuthorizer
from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.signers import ALGORITHMS, Signer, signer

from .answer import Answer, Scale, Target, figure
from .environment import MissingError
from .signatures import GolangJwt, bare, joserfc, pyjwt
from .tokens import bearer, config, dumps, presented, token
from .turns import Action, handling, ratio, take_turns, timed

_BARE, _OURS, _REPEATED = "bare verify", "kms-jwt", "kms-jwt, repeated token"
_BOUND = "kms-jwt, bound token"
_ALGORITHMS = ("ES512", "ES384", "ES256", "ES256K", "RS256", "PS256", "EdDSA", "ML-DSA-65")
_GO = frozenset({"ES512", "ES384", "ES256", "RS256", "PS256", "EdDSA"})
"""The algorithms that golang-jwt supports."""
_JOSERFC = _GO | {"ES256K"}
_PYJWT = _JOSERFC
_TOLERANT = ("ES256", "RS256", "EdDSA")


def measure(scale: Scale) -> Answer:
    """Each algorithm in turn; for each, all sides verify the same token before the next one."""
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
    samples = {key.alg: take_turns(_sides(key, tokens[key.alg], golang), turns) for key in signers}
    if golang:
        golang.close()
    for alg, sides in samples.items():
        answer.figures += [figure(f"{alg}, {name}", "µs", found) for name, found in sides.items()]
    _set_targets(answer, samples)
    return answer


def _sides(key: Signer, tokens: list[str], golang: GolangJwt | None) -> dict[str, Action]:
    events = [dumps(bearer(text)) for text in tokens]
    now = time.time()
    first, again = authorizer(key), authorizer(key)
    actions = {
        _BARE: timed(bare(key, tokens)),
        _OURS: handling(lambda event: first.decide(event, now), events),
        _REPEATED: handling(lambda event: again.decide(event, now), events[:1] * len(events)),
    }
    if key.alg == "ES512":
        actions[_BOUND] = _bound(key, len(tokens), now)
    if key.alg in _PYJWT:
        actions["PyJWT"] = timed(pyjwt(key, tokens))
    if key.alg in _JOSERFC:
        actions["joserfc"] = timed(joserfc(key, tokens))
    if golang and key.alg in _GO:
        actions["golang-jwt"] = golang.check(key.alg)
    return actions


def _bound(key: Signer, count: int, now: float) -> Action:
    """Tokens that are bound to a client certificate, where that is required."""
    certificate = certificate_of(Authority("Example CA").issue("client", 1))
    cnf = {"x5t#S256": thumbprint(certificate)}
    side = authorizer(key, bound_tokens="required")
    events = [dumps(presented(token(key, number, cnf=cnf), certificate)) for number in range(count)]
    return handling(lambda event: side.decide(event, now), events)


def authorizer(key: Signer, **changes: object) -> RequestAuthorizer:
    """The request authorizer that trusts ``key``, with ``changes`` to its configuration."""
    return RequestAuthorizer(key_source({**config(key), **changes}), DecisionLog("bench", "INFO"))


def _set_targets(answer: Answer, samples: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    def against(other: str, alg: str = "ES512", ours: str = _OURS) -> float:
        return ratio(samples[alg][ours], samples[alg][other])

    answer.targets.append(Target("ES512 against bare verify", against(_BARE), 1.10))
    for alg in _TOLERANT:
        bare_verify = answer.median(f"{alg}, {_BARE}")
        name = f"{alg} against 1.35 x bare verify + 30 µs"
        answer.targets.append(Target(name, against(_BARE, alg) * bare_verify, 1.35 * bare_verify + 30, "µs"))
    slowest = max(against("PyJWT", alg) for alg in _ALGORITHMS if alg in _PYJWT)
    answer.targets.append(Target("against PyJWT, the worst algorithm", slowest, 1.0))
    repeated = against(_BARE, ours=_REPEATED)
    answer.targets.append(Target("repeated token against an ES512 verification", repeated, 0.05))
    answer.targets.append(Target("ES512, bound token against a bearer token", against(_OURS, ours=_BOUND), 1.02))
    if "golang-jwt" in samples["ES512"]:
        faster = 1 / against("golang-jwt")
        answer.targets.append(Target("ES512, times faster than golang-jwt", faster, 3.0, at_least=True))
