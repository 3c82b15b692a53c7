"""The providers of docs/issuers.md: one API trusts all of them with the inputs of that page, and gets tokens of each."""

import json
import time
from collections.abc import Iterator

import pytest

from authorizer.verifier import Verifier
from cli.explanation import explain
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from testkit.encoding import from_base64url
from testkit.providers import ADMIN, DIRECT, Provider, providers
from tests.docs.code_blocks import ROOT
from tests.docs.documented_issuers import DOCUMENTED

from .conftest import PROGRAM
from .trusting import Trusting

EXPECTED: dict[str, dict[str, str | None]] = {
    "auth0": {
        "RFC 9068 profile": None,
        "RBAC": None,
        "ID token": "wrong_audience",
        "neighbour": "unknown_key",
        "neighbour, our iss": "unknown_key",
        "another client": "wrong_client",
    },
    "okta": {
        "ID token": "wrong_audience",
        "neighbour": "unknown_key",
        "org server": "unexpected_type",
        "another client": "wrong_client",
    },
    "entra": {
        "version 1": None,
        "of an application": None,
        "of an application without roles": "insufficient_scope",
        "ID token": "wrong_audience",
        "ID token, one app for both": "missing_claim",
        "neighbour": "wrong_issuer",
        "neighbour, version 1": "wrong_issuer",
        "another client": "wrong_client",
    },
    "cognito": {
        "of a group": None,
        "ID token": "missing_claim",
        "neighbour": "unknown_key",
        "another client": "wrong_audience",
    },
    "cognito-resource": {
        "of a group": None,
        "ID token": "wrong_audience",
        "neighbour": "unknown_key",
        "another client": "wrong_client",
    },
    "keycloak": {
        "at+jwt": None,
        "ID token": "wrong_audience",
        "ID token for the API": "unexpected_value",
        "without a mapper": "wrong_audience",
        "neighbour": "unknown_key",
        "neighbour, our iss": "unknown_key",
        "another client": "wrong_client",
    },
    "google": {
        "without https://": None,
        "of another client": "wrong_audience",
        "neighbour": "unexpected_value",
        "of nobody's domain": "missing_claim",
    },
    "github-actions": {
        "for another audience": "wrong_audience",
        "of a pull request": "insufficient_scope",
        "of a spaced environment": "insufficient_scope",
        "neighbour": "unexpected_value",
        "neighbour with our names": "unexpected_value",
    },
    "aws-sts": {
        "with two audiences": None,
        "of another role": "insufficient_scope",
        "for somebody called like the role": "insufficient_scope",
        "for another audience": "wrong_audience",
        "neighbour": "unknown_key",
        "neighbour, our iss": "bad_signature",
    },
    "aws-sts-partner": {
        "as the other account": "bad_signature",
        "with the other's role": "insufficient_scope",
    },
}
"""What ``GET /orders``, which requires ``orders:read``, makes of each provider's tokens: the reason of the denial, if any."""


ROUTE = "GET /orders"

PAGE = (ROOT / "docs" / "issuers.md").read_text()


@pytest.fixture(scope="module")
def made() -> dict[str, Provider]:
    return providers(int(time.time()))


@pytest.fixture(scope="module")
def api(ministack: MiniStack, made: dict[str, Provider]) -> Iterator[Trusting]:
    """The page's inputs as they are, but with the set pinned: nothing here is on the internet."""
    pinned = [
        {**{key: value for key, value in inputs.items() if key != "discovery"}, "jwks": json.dumps(made[name].jwks)}
        for name, inputs in DOCUMENTED.items()
    ]
    file = load_stack(PROGRAM, "local")
    orders = {
        "issuer": "https://auth.local.example.com",
        "audience": ["orders"],
        "function": {"architecture": "host", "timeout": 9},
        "trusted_issuers": pinned,
        "routes": {
            ROUTE: {"scopes": ["orders:read"]},
            "GET /admin": {"scopes": ["orders:admin"]},
            "GET /whoami": {},
        },
    }
    config = {"aws:region": "eu-west-1", "signing_keys": {}, "whoami": True, "apis": {"orders": orders}}
    deployment = Deployment(ministack, PROGRAM, file.project, "issuers", config)
    yield Trusting(deployment)
    deployment.destroy()


def test_every_provider_and_each_of_its_tokens_is_expected(made: dict[str, Provider]) -> None:
    assert DOCUMENTED.keys() == made.keys() == EXPECTED.keys()
    for name, expected in EXPECTED.items():
        assert {DIRECT, ADMIN, *expected} == made[name].tokens.keys()


def test_the_table_on_the_page_says_the_same() -> None:
    """Its columns: what is let in, ID tokens or what comes nearest, neighbours, too wide a scope."""
    nearest = ("ID token", "of another client", "for another audience")
    shown = {
        cells[0].strip("`"): [cell.split("`")[-2] if "`" in cell else None for cell in cells[2:]]
        for line in PAGE.splitlines()
        if line.startswith("| `")
        for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
        if cells[0].strip("`") in EXPECTED
    }

    assert shown == {
        name: [
            next((expected[what] for what in nearest if what in expected), None),
            expected.get("neighbour", expected.get("as the other account")),
            "insufficient_scope",
        ]
        for name, expected in EXPECTED.items()
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_its_token_opens_what_it_is_for(api: Trusting, made: dict[str, Provider], name: str) -> None:
    answered = api.get("/orders", made[name].tokens[DIRECT])

    assert (answered.answer.status, answered.reason) == (200, None)
    assert answered.answer.json()["authorizer"]["iss"] == DOCUMENTED[name]["issuer"]


@pytest.mark.parametrize("name", EXPECTED)
def test_no_token_of_its_goes_above_the_ceiling(api: Trusting, made: dict[str, Provider], name: str) -> None:
    for token in (made[name].tokens[ADMIN], made[name].tokens[DIRECT]):
        answered = api.get("/admin", token)

        assert (answered.answer.status, answered.reason) == (403, "insufficient_scope")


@pytest.mark.parametrize("name", EXPECTED)
def test_the_access_log_says_whose_token_it_was(api: Trusting, made: dict[str, Provider], name: str) -> None:
    """Let in or not, answered by the cache or not; and by nobody's word but the configuration's."""
    (named,) = (item["name"] for item in api.config["trusted_issuers"] if DOCUMENTED[name]["issuer"] in item["issuers"])
    good = made[name].tokens[DIRECT]

    for _ in range(2):
        assert (api.get("/orders", good).issuer, api.get("/admin", good).issuer) == (named, named)
    assert api.get("/orders", good[:-8] + "AAAAAAAA").issuer == "-"


@pytest.mark.parametrize(("name", "what"), [(name, what) for name, expected in EXPECTED.items() for what in expected])
def test_others_of_its_tokens(api: Trusting, made: dict[str, Provider], name: str, what: str) -> None:
    reason = EXPECTED[name][what]
    answered = api.get("/orders", made[name].tokens[what])

    assert (answered.answer.status, answered.reason) == (403 if reason else 200, reason)


@pytest.mark.parametrize(("name", "what"), [*((name, DIRECT) for name in EXPECTED), ("aws-sts", "of another role")])
def test_the_backend_learns_who_it_was(api: Trusting, made: dict[str, Provider], name: str, what: str) -> None:
    """Whether or not the subject is also what scopes are read from."""
    token = made[name].tokens[what]
    learnt = api.get("/whoami", token).answer.json()["authorizer"]

    said = json.loads(from_base64url(token.split(".")[1]))
    assert (learnt["iss"], learnt["sub"]) == (said["iss"], said["sub"])


def test_explain_gives_the_same_reasons(api: Trusting, made: dict[str, Provider]) -> None:
    verifier, now = Verifier(api.config), time.time()
    failed = {
        name: {
            what: next(
                (check for check in explain(verifier, made[name].tokens[what], ROUTE, now) if check.reason), None
            )
            for what in expected
        }
        for name, expected in EXPECTED.items()
    }

    reasons = {name: {what: check and check.reason for what, check in of.items()} for name, of in failed.items()}
    assert reasons == EXPECTED
    on_the_page = failed["keycloak"]["ID token for the API"]
    assert on_the_page is not None
    assert f"    FAILED  {on_the_page.name:<9}  {on_the_page.reason}: {on_the_page.detail}\n" in PAGE
