"""The verifier, as a backend uses it: a token in, its claims out, or the reason why not."""

from threading import Thread
from typing import Any

import pytest

from authorizer.config import ConfigError
from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from testkit.encoding import compact_json
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import NOW, claims, header, sign, signing_input, token

from .documents import document

KEY, OTHER = signer("ES256"), signer("ES256", "second")


@pytest.fixture
def verifier() -> Verifier:
    return Verifier(document(KEY, OTHER))


def reason_of(verifier: Verifier, candidate: str, **changes: object) -> tuple[Reason, str | None]:
    arguments: dict[str, object] = {"now": NOW, **changes}
    with pytest.raises(Denied) as denied:
        verifier.verify(candidate, **arguments)  # type: ignore[arg-type]
    return denied.value.reason, denied.value.kid


@pytest.fixture
def verifications(verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The signatures that really were checked."""
    checked: list[bytes] = []
    key = verifier.config.keys[KEY.kid]

    def verify(signing_input: bytes, signature: bytes) -> None:
        checked.append(signature)
        key.verify(signing_input, signature)

    monkeypatch.setitem(verifier.config.keys, KEY.kid, key.replaced(verify=verify))
    return checked


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_claims_of_a_good_token(alg: str) -> None:
    assert Verifier(document(signer(alg))).verify(token(signer(alg)), now=NOW) == claims()


def test_without_a_time_it_is_now(verifier: Verifier) -> None:
    with pytest.raises(Denied) as denied:
        verifier.verify(token(KEY, claims(exp=1, iat=0, nbf=0)))
    assert denied.value.reason == Reason.EXPIRED

    lasting = claims(exp=253402300799, iat=0, nbf=0)
    assert verifier.verify(token(KEY, lasting)) == lasting


def test_a_jwks_as_others_publish_it() -> None:
    """The keys of a JWKS with what publishers add; ``keys`` is the list in it."""
    jwks = {"keys": [{**KEY.jwk, "use": "sig", "key_ops": ["verify"], "x5t": "AA"}]}

    assert Verifier(document(keys=jwks["keys"])).verify(token(KEY), now=NOW)


def test_a_wrong_configuration_raises() -> None:
    with pytest.raises(ConfigError, match="audiences"):
        Verifier(document(KEY, audiences=[]))


def test_a_route_asks_for_scopes() -> None:
    verifier = Verifier(document(KEY, routes={"GET /orders": {"scopes": ["orders:read"]}}))

    assert verifier.verify(token(KEY), route_key="GET /orders", now=NOW)
    assert reason_of(verifier, token(KEY), route_key="GET /other") == (Reason.UNKNOWN_ROUTE, KEY.kid)
    assert reason_of(verifier, token(KEY)) == (Reason.UNKNOWN_ROUTE, KEY.kid)
    assert reason_of(verifier, token(KEY, claims(scope="x")), route_key="GET /orders") == (
        Reason.INSUFFICIENT_SCOPE,
        KEY.kid,
    )


def test_the_size_is_judged_before_anything_else() -> None:
    verifier = Verifier(document(KEY, max_token_bytes=len(token(KEY))))

    assert verifier.verify(token(KEY), now=NOW)
    assert reason_of(verifier, token(KEY) + "A") == (Reason.TOKEN_TOO_LARGE, None)
    assert reason_of(verifier, "é" * 100_000) == (Reason.TOKEN_TOO_LARGE, None)


@pytest.mark.parametrize("candidate", ["", "é", "a.b.é", "\ud800", "\0", ".."])
def test_what_is_no_token_is_malformed(verifier: Verifier, candidate: str) -> None:
    assert reason_of(verifier, candidate) == (Reason.MALFORMED_TOKEN, None)


@pytest.mark.parametrize(
    "candidate",
    [None, b"", b"a.b.c", bytearray(b"a.b.c"), memoryview(b"a.b.c"), 0, 1.5, True, [], ["a.b.c"], {}, object()],
)
def test_what_is_no_text_is_malformed(verifier: Verifier, candidate: Any) -> None:
    assert reason_of(verifier, candidate) == (Reason.MALFORMED_TOKEN, None)


def test_a_good_token_in_octets_is_no_text(verifier: Verifier) -> None:
    good = token(KEY)
    assert verifier.verify(good, now=NOW)

    assert reason_of(verifier, good.encode()) == (Reason.MALFORMED_TOKEN, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "[1e400]", "9" * 5000, f"-{'9' * 5000}", "NaN"])
def test_numbers_that_are_out_of_bounds_are_no_json(verifier: Verifier, number: str) -> None:
    payload = compact_json(claims(x=0)).replace(b'"x":0', f'"x":{number}'.encode())

    assert reason_of(verifier, token(KEY, payload)) == (Reason.MALFORMED_TOKEN, KEY.kid)


@pytest.mark.parametrize("route_key", [b"GET /orders", 1, ["GET /orders"], {"GET /orders": 1}])
def test_a_route_that_is_no_text_is_unknown(route_key: object) -> None:
    verifier = Verifier(document(KEY, routes={"GET /orders": {}}))

    assert reason_of(verifier, token(KEY), route_key=route_key) == (Reason.UNKNOWN_ROUTE, KEY.kid)


def test_a_denial_names_the_claim(verifier: Verifier) -> None:
    with pytest.raises(Denied) as denied:
        verifier.verify(token(KEY, claims(sub=7)), now=NOW)
    assert (denied.value.reason, denied.value.kid, denied.value.claim) == (Reason.MALFORMED_CLAIM, KEY.kid, "sub")


def test_a_key_is_named_only_if_it_is_trusted(verifier: Verifier) -> None:
    stranger = signer("ES256", "stranger")

    assert reason_of(verifier, token(stranger)) == (Reason.UNKNOWN_KEY, None)
    assert reason_of(verifier, token(KEY, token_header={"alg": "ES256", "typ": "JWT"})) == (Reason.UNKNOWN_KEY, None)
    assert reason_of(verifier, token(KEY, token_header=header(KEY, alg="ES384"))) == (Reason.WRONG_ALGORITHM, KEY.kid)
    assert reason_of(verifier, token(OTHER, token_header=header(KEY))) == (Reason.BAD_SIGNATURE, KEY.kid)
    assert reason_of(verifier, token(KEY, claims(exp=NOW))) == (Reason.EXPIRED, KEY.kid)
    assert reason_of(verifier, token(KEY, b"not JSON")) == (Reason.MALFORMED_TOKEN, KEY.kid)


def test_the_claims_of_a_bad_signature_are_not_read(verifier: Verifier) -> None:
    """One reason, the first: an expired token with a bad signature is not "expired"."""
    expired = token(OTHER, claims(exp=1), header(KEY))

    assert reason_of(verifier, expired) == (Reason.BAD_SIGNATURE, KEY.kid)


def test_a_token_seen_before_costs_no_second_signature_check(verifier: Verifier, verifications: list[bytes]) -> None:
    good = token(KEY)

    assert [verifier.authenticate(good).signature_cache_hit for _ in range(3)] == [False, True, True]
    assert len(verifications) == 1


def test_a_token_seen_before_is_judged_anew(verifier: Verifier) -> None:
    good = token(KEY)

    assert verifier.verify(good, now=NOW)
    assert reason_of(verifier, good, now=NOW + 600) == (Reason.EXPIRED, KEY.kid)
    assert verifier.verify(good, now=NOW - 70)  # nbf is 60 seconds back, and clocks may be ten seconds fast
    assert reason_of(verifier, good, now=NOW - 71) == (Reason.NOT_YET_VALID, KEY.kid)


def test_only_the_whole_token_is_cached(verifier: Verifier, verifications: list[bytes]) -> None:
    """Neither the payload nor the signature alone: each other combination is checked again."""
    first, second = token(KEY), token(KEY, claims(sub="user-2"))
    verifier.verify(first, now=NOW)
    verifier.verify(second, now=NOW)
    header_and_payload, _, signature = second.rpartition(".")

    for candidate in (
        f"{first.rpartition('.')[0]}.{signature}",
        f"{header_and_payload}.{first.rpartition('.')[2]}",
        token(OTHER, token_header=header(KEY)),
    ):
        assert reason_of(verifier, candidate) == (Reason.BAD_SIGNATURE, KEY.kid)
    assert len(verifications) == 5


def test_bad_tokens_are_not_cached(verifier: Verifier, verifications: list[bytes]) -> None:
    bad = token(OTHER, token_header=header(KEY))

    for _ in range(3):
        assert reason_of(verifier, bad) == (Reason.BAD_SIGNATURE, KEY.kid)
    assert len(verifications) == 3


def test_what_a_caller_does_to_the_claims_is_forgotten(verifier: Verifier) -> None:
    good = token(KEY)
    changed = dict(verifier.verify(good, now=NOW))
    returned = verifier.verify(good, now=NOW)
    assert isinstance(returned, dict)
    returned["sub"] = "administrator"

    assert changed == verifier.verify(good, now=NOW) == claims()


def test_ten_thousand_unknown_kids_leave_nothing_behind(verifier: Verifier) -> None:
    """They cost no input or output either: ``test_isolation`` watches the sockets."""
    good = token(KEY)
    verifier.verify(good, now=NOW)

    for number in range(10_000):
        unsigned = signing_input(header(KEY, kid=f"kid-{number}"), b"{}")
        assert reason_of(verifier, f"{unsigned}.AAAA") == (Reason.UNKNOWN_KEY, None)

    assert verifier.config.keys.keys() == {KEY.kid, OTHER.kid}
    assert verifier.authenticate(good).signature_cache_hit


def test_threads_may_share_it(verifier: Verifier) -> None:
    tokens = [token(KEY, claims(sub=f"user-{number}")) for number in range(20)]
    forged = [sign(OTHER, candidate.rpartition(".")[0]) for candidate in tokens]
    wrong: list[object] = []

    def work() -> None:
        for number, (good, bad) in enumerate(zip(tokens, forged, strict=True)):
            if verifier.verify(good, now=NOW)["sub"] != f"user-{number}":
                wrong.append(good)
            try:
                wrong.append(verifier.verify(bad, now=NOW))
            except Denied:
                continue

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
