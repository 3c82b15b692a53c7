"""The attack corpus against the real thing: every case is denied for its reason, and what is good is allowed."""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from testkit.signers import ALGORITHMS
from testkit.tokens import NOW

from ..authorizer import corpus
from ..authorizer.corpus import BOUND_GROUPS, GROUPS, ISSUER_GROUPS, MARKER, REVOKED_GROUPS, Case, Group
from ..authorizer.denylists import HOST, World, serving_bucket, stored
from ..authorizer.observing import Observation, ObservedAuthorizer


def each(groups: tuple[Group, ...]) -> list[Any]:
    return [pytest.param(group, alg, id=f"{group.name} [{alg}]") for group in groups for alg in group.algorithms]


def every_case(alg: str, groups: tuple[Group, ...] = GROUPS) -> list[Case]:
    return [case for group in groups if alg in group.algorithms for case in corpus.cases(group, alg)]


UP_TO_THE_SIGNATURE = {
    *(Reason.UNKNOWN_KEY, Reason.UNEXPECTED_TYPE, Reason.WRONG_ALGORITHM, Reason.BAD_SIGNATURE, Reason.TOKEN_TOO_LARGE)
}


def credentials(case: Case) -> str:
    """What was sent where a token belongs."""
    headers = case.event.get("headers") if isinstance(case.event, dict) else None
    values = headers.items() if isinstance(headers, dict) else ()
    return case.token or "".join(str(value) for name, value in values if name.lower() == "authorization")


@pytest.fixture(scope="module")
def observed() -> ObservedAuthorizer:
    return ObservedAuthorizer(corpus.configuration())


@pytest.fixture(scope="module")
def with_other_issuers() -> ObservedAuthorizer:
    return ObservedAuthorizer(corpus.issuer_configuration())


@pytest.fixture(scope="module")
def with_bound_tokens() -> ObservedAuthorizer:
    return ObservedAuthorizer(corpus.bound_configuration())


@pytest.fixture(scope="module")
def with_a_denylist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedAuthorizer]:
    with serving_bucket(tmp_path_factory.mktemp("tls")) as server:
        server.replies[HOST] = stored(corpus.revoking_denylist())
        configuration = corpus.revoking_configuration()
        yield ObservedAuthorizer(configuration, World(server, document=configuration).source)


def fault(case: Case, observation: Observation) -> str | None:
    """What is wrong with how ``case`` came out."""
    logged, response = observation.reason, observation.response
    if type(response["isAuthorized"]) is not bool:
        return f"{case.name}: {response['isAuthorized']!r} is no boolean"
    if logged != (case.expected or "allowed") or response["isAuthorized"] != (case.expected is None):
        return f"{case.name}: expected {case.expected or 'allowed'}, got {logged}, {response}"
    known = {"reason": logged, **({"issuer": issuer} if (issuer := observation.record.get("issuer")) else {})}
    if case.expected is not None and response["context"] != known:
        return f"{case.name}: {response['context']!r} is not the reason and nothing else"
    return None


@pytest.mark.parametrize(("group", "alg"), each(GROUPS))
def test_every_case_comes_out_as_it_must(group: Group, alg: str, observed: ObservedAuthorizer) -> None:
    faults = [fault(case, observed.decide(case.event)) for case in corpus.cases(group, alg)]

    assert [found for found in faults if found] == []


@pytest.mark.parametrize(("group", "alg"), each(ISSUER_GROUPS))
def test_other_issuers_say_only_what_they_may(group: Group, alg: str, with_other_issuers: ObservedAuthorizer) -> None:
    found = {case.name: (case, with_other_issuers.decide(case.event)) for case in corpus.cases(group, alg)}

    assert [wrong for case, observation in found.values() if (wrong := fault(case, observation))] == []
    for name, (case, observation) in found.items():
        assert MARKER not in str(observation.record), name
        verified = case.expected not in UP_TO_THE_SIGNATURE
        assert ("issuer" in observation.record) == ("issuer" in observation.response["context"]) == verified, name


@pytest.mark.parametrize(("group", "alg"), each(BOUND_GROUPS))
def test_a_stolen_token_is_worth_nothing(group: Group, alg: str, with_bound_tokens: ObservedAuthorizer) -> None:
    """Twice: the second time the signature is in the cache, and the certificate must be judged all the same."""
    for _ in range(2):
        found = {case.name: (case, with_bound_tokens.decide(case.event)) for case in corpus.cases(group, alg)}

        assert [wrong for case, observation in found.values() if (wrong := fault(case, observation))] == []
        assert [name for name, (_, observation) in found.items() if MARKER in str(observation.record)] == []
    assert all(observation.record["signatureCacheHit"] for _, observation in found.values())


@pytest.mark.parametrize(("group", "alg"), each(REVOKED_GROUPS))
def test_there_is_no_way_around_a_denylist(group: Group, alg: str, with_a_denylist: ObservedAuthorizer) -> None:
    found = [(case, with_a_denylist.decide(case.event)) for case in corpus.cases(group, alg)]

    assert [wrong for case, observation in found if (wrong := fault(case, observation))] == []
    assert all(MARKER not in observation.output for _, observation in found)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_second_time_is_like_the_first_and_nothing_leaks(
    alg: str, observed: ObservedAuthorizer, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The whole run again, with the signature cache of the first, and everything it writes anywhere in view."""
    attack = every_case(alg)
    with caplog.at_level(logging.NOTSET):
        responses = [observed.authorizer.decide(case.event, NOW) for case in attack]
    out, err = capfd.readouterr()

    # One line of JSON a request, with one reason, the expected one.
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["Reason"] for record in records] == [case.expected or "allowed" for case in attack]
    assert [response["isAuthorized"] for response in responses] == [case.expected is None for case in attack]
    assert (err, caplog.records) == ("", [])
    # No claim and no header parameter that a sender chose.
    assert MARKER not in out
    # And no part of what was sent: whatever in the log is as long as twelve characters is in no credential.
    sent = [credentials(case) for case in attack]
    logged = set(re.findall(r"[A-Za-z0-9_.+/=-]{12,}", out))
    assert [word for word in logged if any(word in text for text in sent)] == []


def test_a_backend_gets_the_same_verdicts() -> None:
    """``Verifier`` alone, which has no context to judge."""
    verifier = Verifier(corpus.configuration())
    differing = []
    for case in every_case("ES256"):
        if case.token is None or "note" in case.name or case.expected == Reason.CONTEXT_TOO_LARGE:
            continue
        reason: Reason | None = None
        route_key = case.event["routeKey"] if isinstance(case.event, dict) else None
        try:
            verifier.verify(case.token, route_key=route_key, now=NOW)
        except Denied as denied:
            reason = denied.reason
        if reason != case.expected:
            differing.append((case.name, case.expected, reason))

    # Text that must not reach a log is for the context to refuse; a backend gets it as it was signed.
    assert {(expected, reason) for _, expected, reason in differing} == {(Reason.MALFORMED_CLAIM, None)}
    assert all(name.startswith("sub ") or name.startswith("a ") for name, _, _ in differing)


def test_no_case_has_got_lost() -> None:
    lost, doubled = [], []
    for group in (*GROUPS, *ISSUER_GROUPS, *BOUND_GROUPS, *REVOKED_GROUPS):
        for alg in group.algorithms:
            names = Counter(case.name for case in corpus.cases(group, alg))
            if len(names) < group.at_least:
                lost.append(f"{group.name} [{alg}]: {len(names)} of {group.at_least}")
            doubled += [f"{group.name} [{alg}]: {name}" for name, times in names.items() if times > 1]

    assert (lost, doubled) == ([], [])


def test_every_reason_is_reached_that_a_request_can_reach() -> None:
    groups = (*GROUPS, *ISSUER_GROUPS, *BOUND_GROUPS, *REVOKED_GROUPS)
    reached = {case.expected for case in every_case("ES512", groups)}

    ours = {Reason.KEYS_UNAVAILABLE, Reason.DENYLIST_UNAVAILABLE, Reason.INTERNAL_ERROR}
    assert reached == {None, *Reason} - ours


def test_there_are_more_than_a_thousand_cases_for_every_algorithm() -> None:
    assert {alg: len(every_case(alg)) > 1000 for alg in ALGORITHMS} == dict.fromkeys(ALGORITHMS, True)
