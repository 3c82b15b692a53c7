"""What holds for every event, whatever is in it: an answer of RFC 6749, and a signature for authenticated clients only."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.token_service.refusal import Error, Reason

from ...authorizer.inputs import JSON
from .service import SECRET, Observation, ObservedService, client, document, event, hashed

pytestmark = pytest.mark.slow

OTHER_SECRET = "s+e%c r:e/t=ö"
SECRETS = {"billing": SECRET, "reports": OTHER_SECRET}
CLIENTS = {
    "billing": client(),
    "reports": client(scopes=["reports:read"], audiences=["reports"], secret_hashes=[hashed(OTHER_SECRET)]),
}
STATUS = {
    **dict.fromkeys(Error, 400),
    Error.INVALID_CLIENT: 401,
    Error.SERVER_ERROR: 500,
    Error.TEMPORARILY_UNAVAILABLE: 503,
}

SETTINGS = settings(
    derandomize=True, database=None, deadline=None, max_examples=300, suppress_health_check=list(HealthCheck)
)

_TEXT = st.text(max_size=12)
_IDS = st.sampled_from(["billing"] * 6 + ["reports"] * 3 + ["nobody", "", "Billing", "billing ", "ö"])
_GUESSES = st.sampled_from(["", "x", hashed(SECRET), SECRET[:-1], SECRET.lower()]) | _TEXT
_ENCODINGS: st.SearchStrategy[Callable[[str], str]] = st.sampled_from(
    [str, quote_plus, quote, lambda text: quote(text, safe="")]
)
_SCOPES = st.lists(
    st.sampled_from(["orders:read", "orders:write", "reports:read", "admin", "", "a\tb", '"']), max_size=3
).map(" ".join)
_RESOURCES = st.lists(
    st.sampled_from(["orders", "https://invoices.example.com", "reports", "https://x.example.com/#a", "", "ö"]),
    max_size=2,
)
_PARAMETERS = st.sampled_from(
    [
        *("grant_type", "scope", "client_id", "client_secret", "client_assertion", "client_assertion_type"),
        *("audience", "state", "x", "ö", "refresh_token", "code"),
    ]
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Any, bool]:
    """A request that is right, or wrong in a few places; and whether it shows the secret of the client that it names."""
    client_id = draw(_IDS)
    secret = SECRETS.get(client_id, SECRET) if draw(st.integers(0, 9)) else draw(_GUESSES)
    form = [("grant_type", draw(st.sampled_from(["client_credentials"] * 12 + ["password", ""])))]
    if draw(st.booleans()):
        form.append(("scope", draw(_SCOPES)))
    form += [("resource", resource) for resource in draw(_RESOURCES)]
    headers = {}
    if draw(st.booleans()):
        encode = draw(_ENCODINGS)
        credentials = f"{encode(client_id)}:{encode(secret)}".encode()
        scheme = draw(st.sampled_from(["Basic"] * 6 + ["basic", "BASIC", "Bearer"]))
        headers["authorization"] = f"{scheme} {base64.b64encode(credentials).decode()}"
    else:
        form += [("client_id", client_id), ("client_secret", secret)]
    if not draw(st.integers(0, 3)):
        form.append((draw(_PARAMETERS), draw(_TEXT)))
    sent = event(draw(st.permutations(form)), headers)
    for name, value in draw(_changes):
        target = sent["headers"] if name in ("authorization", "content-type") else sent
        target[name] = value
    return sent, SECRETS.get(client_id) == secret


_changes: st.SearchStrategy[list[tuple[str, Any]]] = st.lists(
    st.one_of(
        st.tuples(st.just("body"), JSON | st.binary(max_size=40).map(lambda octets: base64.b64encode(octets).decode())),
        st.tuples(st.sampled_from(["headers", "isBase64Encoded", "version", "requestContext"]), JSON),
        st.tuples(st.sampled_from(["authorization", "content-type"]), JSON),
        st.tuples(
            st.just("authorization"),
            st.binary(max_size=30).map(lambda octets: "Basic " + base64.b64encode(octets).decode()),
        ),
        st.tuples(st.just("rawQueryString"), st.just(urlencode({"client_id": "billing", "client_secret": SECRET}))),
    ),
    max_size=1,
) | st.just([])


def _check(observed: Observation, signatures: int) -> None:
    """The answer is one of RFC 6749, and KMS was asked for a token or not at all."""
    assert observed.headers["content-type"] == "application/json"
    assert (observed.headers["cache-control"], observed.headers["pragma"]) == ("no-store", "no-cache")
    body = observed.body
    if observed.status == 200:
        assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
        assert signatures == 1
        assert observed.reason == "issued"
        assert body["access_token"] not in observed.output
    else:
        assert set(body) == {"error", "error_description"}
        assert STATUS[Error(body["error"])] == observed.status
        assert ("www-authenticate" in observed.headers) == (observed.status == 401)
        assert signatures == 0
        assert Reason(observed.reason) is not Reason.INTERNAL_ERROR
    for secret in SECRETS.values():
        assert secret not in observed.output + observed.response["body"]
        assert json.dumps(secret)[1:-1] not in observed.output + observed.response["body"]


def test_a_request_gets_what_it_deserves() -> None:
    service = ObservedService(document(clients=CLIENTS))
    outcomes: Counter[str] = Counter()

    @SETTINGS
    @given(requests())
    def check(drawn: tuple[Any, bool]) -> None:
        sent, authentic = drawn
        before = service.signatures
        observed = service.send(sent)
        _check(observed, service.signatures - before)
        outcomes[observed.reason] += 1
        if observed.status != 200:
            return
        assert authentic
        claims = jwt.decode(observed.body["access_token"], options={"verify_signature": False})
        configured = CLIENTS[claims["sub"]]
        assert claims["client_id"] == claims["sub"] == observed.record["client"]
        assert set(claims["scope"].split(" ")) <= set(configured["scopes"])
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        assert set(audiences) <= set(configured["audiences"])

    check()
    assert outcomes["issued"] >= 30, outcomes
    often = {
        "wrong_secret",
        "unknown_client",
        "unsupported_grant_type",
        "invalid_scope",
        "invalid_target",
        "malformed_authorization",
    }
    assert all(outcomes[reason] >= 2 for reason in often), outcomes


def test_anything_at_all_gets_an_answer() -> None:
    service = ObservedService(document(clients=CLIENTS))
    good = event()
    names = st.sampled_from([*good, "cookies", "pathParameters", "queryStringParameters"])
    events = JSON | st.dictionaries(names, JSON, max_size=4).map(
        lambda changes: {**good, **changes, "headers": changes.get("headers")}
    )

    @SETTINGS
    @given(events)
    def check(sent: Any) -> None:
        before = service.signatures
        observed = service.send(sent)
        _check(observed, service.signatures - before)
        assert observed.status != 200

    check()
