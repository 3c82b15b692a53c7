"""The parts of ``kms-jwt check`` that need no API: tokens of each algorithm, limits and logs of a stage, the result's forms."""

import json
from types import SimpleNamespace
from typing import Any

import jwt
import pytest

from authorizer.config import parse_config
from cli.check.deployed import Deployed
from cli.check.forgeries import Forgeries
from cli.check.good_tokens import good_tokens
from cli.check.promises import Promises
from cli.check.report import as_json, as_junit, exit_code
from cli.check.row import Row, State
from cli.check.stage_rows import stage_rows
from cli.check.tokens import Tokens
from issuer import KmsSigner
from issuer.algorithms import ALGORITHMS
from issuer.signing_key import read_public_key
from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.signers import signer
from tests.authorizer.documents import document
from tests.issuer.local_kms import LocalKms


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_another_key_signs_with_the_same_algorithm(alg: str) -> None:
    kms: Any = LocalKms()
    kms.create("key", ALGORITHMS[alg].key_specs[0])
    tokens = Tokens(KmsSigner("key", kms, alg=alg), "i", "a", {})
    forged = Forgeries(tokens, ("s",))
    ours, theirs = tokens.good(["s"]), forged.of_another_key(tokens.key.kid)

    assert jwt.get_unverified_header(ours) == jwt.get_unverified_header(theirs)
    assert len(ours) == len(theirs)
    assert jwt.decode(theirs, options={"verify_signature": False})["scope"] == "s"


def test_forgeries_are_what_a_careless_verifier_accepts() -> None:
    kms: Any = LocalKms()
    kms.create("key", "ECC_NIST_P256")
    tokens = Tokens(KmsSigner("key", kms), "i", "a", {})
    forged = Forgeries(tokens, ())

    embedded = forged.of_another_key(tokens.key.kid, embedded=True)
    brought = jwt.PyJWK(jwt.get_unverified_header(embedded)["jwk"])
    assert jwt.decode(embedded, brought, algorithms=["ES256"], audience="a")["iss"] == "i"

    secret = forged.by_public_key(read_public_key(kms, "key"))
    assert jwt.get_unverified_header(secret)["alg"] == "HS256"
    assert jwt.decode(forged.unsigned(), options={"verify_signature": False})["iss"] == "i"
    assert jwt.decode(forged.tampered(), options={"verify_signature": False})["sub"] == "mallory"


@pytest.mark.parametrize(
    ("claims", "doubt"),
    [({"tenant": "b"}, ""), ({}, "the API requires the claim tenant: use --claim tenant=TEXT")],
)
def test_tokens_have_what_the_authorizer_requires(claims: dict[str, str], doubt: str) -> None:
    kms: Any = LocalKms()
    kms.create("key", "ECC_NIST_P256")
    rules = SimpleNamespace(
        expected_claims={"role": ("reader", "writer")},
        required_claims=("sub", "tenant"),
        max_token_lifetime_seconds=60,
        binding=None,
    )
    config = SimpleNamespace(rules=SimpleNamespace(claims=rules, token_types={"at+jwt"}))
    function: Any = SimpleNamespace(known_config=lambda: config)
    tokens, found = good_tokens(KmsSigner("key", kms), Promises(issuer="i", audience="a"), claims, function)

    assert found == doubt
    assert tokens.header["typ"] == jwt.get_unverified_header(tokens.good())["typ"] == "at+jwt"
    made = tokens.claims()
    assert (made["exp"] - made["iat"], made["role"]) == (60, "reader")

    unknown: Any = SimpleNamespace(known_config=lambda: None)
    _, found = good_tokens(KmsSigner("key", kms), Promises(issuer="i", audience="a"), claims, unknown)
    assert found == "the API may require a scope or a claim: use --route and --scope, or --claim"


CLIENT = certificate_of(Authority("Example CA").issue("client", 1))
BOUND = {"cnf": {"x5t#S256": thumbprint(CLIENT)}}


@pytest.mark.parametrize(
    ("word", "certificate", "claims", "doubt"),
    [
        ("accepted", None, {}, ""),
        ("accepted", CLIENT, BOUND, ""),
        ("required", CLIENT, BOUND, ""),
        (
            "required",
            None,
            {},
            "the API requires tokens that are bound to a client certificate: use --certificate",
        ),
        (None, CLIENT, {}, ""),
    ],
)
def test_tokens_are_bound_to_the_certificate_where_the_api_takes_such(
    word: str | None, certificate: str | None, claims: dict[str, Any], doubt: str
) -> None:
    kms: Any = LocalKms()
    kms.create("key", "ECC_NIST_P256")
    config = parse_config(document(signer("ES256"), **({"bound_tokens": word} if word else {})))
    function: Any = SimpleNamespace(known_config=lambda: config)
    tokens, found = good_tokens(KmsSigner("key", kms), Promises(issuer="i", audience="a"), {}, function, certificate)

    assert (found, {"cnf": cnf} if (cnf := tokens.claims().get("cnf")) else {}) == (doubt, claims)


def _row(state: State) -> Row:
    return Row("p", "e", "f\x00<&", state)


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([State.KEPT, State.NOT_APPLICABLE], 0),
        ([State.KEPT, State.NOT_CHECKED], 2),
        ([State.NOT_CHECKED, State.BROKEN], 1),
        ([], 2),
    ],
)
def test_the_exit_code_and_the_forms_of_the_result(states: list[State], code: int) -> None:
    results = {"api": [_row(state) for state in states]}

    assert exit_code(results) == code
    assert [row["state"] for row in json.loads(as_json(results))["apis"]["api"]] == [
        state.name.lower() for state in states
    ]
    junit = as_junit(results)
    found = (junit.count("<failure"), junit.count("<error"), junit.count("<skipped"))
    assert found == tuple(map(states.count, (State.BROKEN, State.NOT_CHECKED, State.NOT_APPLICABLE)))
    assert "\x00" not in junit


def test_nothing_that_was_checked_is_no_success() -> None:
    assert exit_code({}) == 2


def test_limits_of_a_route_and_a_log_that_is_off_as_declared() -> None:
    stage = {
        "DefaultRouteSettings": {"ThrottlingRateLimit": 10.0, "ThrottlingBurstLimit": 5},
        "RouteSettings": {"GET /": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 5}, "GET /a": {}},
    }
    deployed = Deployed({}, {}, {}, "$default", {"$default": stage}, {})
    found = {row.promise: row for row in stage_rows(lambda: deployed, Promises(access_logs=False))}

    assert found["throttling"].found == "GET /: rate 0, burst 5"
    assert found["access log"] == Row("access log", "off, as declared", "off", State.KEPT)
    assert found["the default endpoint"] == Row("the default endpoint", "not promised", "enabled", State.NOT_APPLICABLE)
