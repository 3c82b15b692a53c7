"""``kms-jwt explain``: it names the check that the verifier fails, and says what was found and what is accepted."""

import codecs
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from authorizer.denial import Reason
from authorizer.event import client_certificate
from authorizer.request_authorizer import RequestAuthorizer
from authorizer.verifier import Verifier
from cli.command_line import main
from cli.explanation import explain
from testkit.certificates import thumbprint
from testkit.signers import signer
from testkit.tokens import ABSENT, AUDIENCE, ISSUER, NOW, claims, header, sign, signing_input, token
from tests.authorizer import corpus
from tests.authorizer.corpus import issuers
from tests.authorizer.corpus.case import keys
from tests.authorizer.documents import document

KEY, OTHER, PARTNER = signer("ES256"), signer("ES256", "second"), signer("ES384", "partner")
CONFIG = document(
    KEY,
    max_token_age_seconds=3600,
    max_token_lifetime_seconds=3600,
    required_claims=["sub"],
    expected_claims={"tenant": ["a", "b"]},
    context_claims=["sub", "note"],
    routes={"GET /orders": {"scopes": ["orders:read"]}, "GET /whoami": {}},
    trusted_issuers=[
        {
            "name": "partner",
            "issuers": ["https://partner"],
            "audiences": ["us"],
            "keys": [PARTNER.jwk],
            "client_ids": ["web"],
            "scopes": ["orders:read"],
        }
    ],
)
ROUTE = "GET /orders"


def _good(**changes: object) -> str:
    return token(KEY, claims(tenant="a", **changes))


def _headed(**changes: object) -> str:
    return token(KEY, claims(tenant="a"), header(KEY, **changes))


CASES: list[tuple[str, str, Reason, str]] = [
    ("", "header", Reason.MISSING_TOKEN, "as `Bearer <token>`"),
    ("Basic abc", "header", Reason.UNSUPPORTED_SCHEME, "as `Bearer <token>`"),
    ("x" * 9000, "size", Reason.TOKEN_TOO_LARGE, "9000 bytes; accepted: at most 8192"),
    ("garbage", "form", Reason.MALFORMED_TOKEN, "three parts"),
    (_headed(jku="https://evil"), "form", Reason.FORBIDDEN_HEADER, "that contains no key"),
    (_headed(typ="secevent+jwt"), "type", Reason.UNEXPECTED_TYPE, "typ is 'secevent+jwt'; accepted: 'at+jwt', 'jwt'"),
    (_headed(kid="nobody"), "key", Reason.UNKNOWN_KEY, f"kid is 'nobody'; trusted: '{KEY.kid}'"),
    (_headed(kid=ABSENT), "key", Reason.UNKNOWN_KEY, "kid is missing"),
    (_headed(alg="HS256"), "algorithm", Reason.WRONG_ALGORITHM, "alg is 'HS256'; the key's own: ES256"),
    (sign(OTHER, signing_input(header(KEY), claims())), "signature", Reason.BAD_SIGNATURE, "a signature by this key"),
    (token(KEY, b"[]"), "payload", Reason.MALFORMED_TOKEN, "an object of strict JSON"),
    (_good(iss="https://x"), "issuer", Reason.WRONG_ISSUER, f"iss is 'https://x'; trusted with this key: '{ISSUER}'"),
    (_good(iss=ABSENT), "issuer", Reason.MISSING_CLAIM, "iss is missing"),
    (_good(iss=["x"]), "issuer", Reason.MALFORMED_CLAIM, "iss is ['x']"),
    (_good(aud=["x", "y"]), "audience", Reason.WRONG_AUDIENCE, f"aud is ['x', 'y']; accepted: '{AUDIENCE}'"),
    (_good(aud=1), "audience", Reason.MALFORMED_CLAIM, "aud is 1"),
    (_good(exp=NOW - 1), "times", Reason.EXPIRED, "now is 2027-01-15T08:00:00Z"),
    (_good(exp=NOW - 1), "times", Reason.EXPIRED, "exp is 2027-01-15T07:59:59Z"),
    (_good(nbf=NOW + 11), "times", Reason.NOT_YET_VALID, "nbf is 2027-01-15T08:00:11Z"),
    (_good(iat=NOW + 11), "times", Reason.ISSUED_IN_FUTURE, "iat is 2027-01-15T08:00:11Z"),
    (_good(iat=NOW + 11), "times", Reason.ISSUED_IN_FUTURE, "iat and nbf in the future by at most: 10 s"),
    (_good(iat=NOW - 3601), "times", Reason.TOO_OLD, "maximum age (from iat): 3600 s"),
    (_good(exp=NOW + 3600), "times", Reason.LIFETIME_TOO_LONG, "maximum lifetime (from iat to exp): 3600 s"),
    (_good(exp="soon"), "times", Reason.MALFORMED_CLAIM, "exp is 'soon'"),
    (_good(exp=ABSENT), "times", Reason.MISSING_CLAIM, "iat is 2027-01-15T07:59:00Z, nbf is"),
    (_good(sub=""), "claims", Reason.MISSING_CLAIM, "sub is ''"),
    (_good(jti=7), "claims", Reason.MALFORMED_CLAIM, "jti is 7"),
    (token(KEY, claims(tenant="c")), "claims", Reason.UNEXPECTED_VALUE, "tenant is 'c', accepted: 'a', 'b'"),
    (_good(cnf={"jkt": "x"}), "claims", Reason.UNCHECKED_CONFIRMATION, "cnf is {'jkt': 'x'}"),
    (
        _good(scope="orders:write"),
        "route",
        Reason.INSUFFICIENT_SCOPE,
        f"scope is 'orders:write', scp is missing; {ROUTE} requires all of 'orders:read'",
    ),
    (_good(note="line\nbreak"), "context", Reason.MALFORMED_CLAIM, r"because of note, which is 'line\nbreak'; passed"),
    (_good(note=["\u202e"]), "context", Reason.MALFORMED_CLAIM, r"because of note, which is ['\u202e']; passed"),
    (
        _good(note="x" * 5000),
        "context",
        Reason.CONTEXT_TOO_LARGE,
        "more than 4096 characters; passed to the backend: 'iss', 'note', 'sub'",
    ),
    (
        token(PARTNER, claims(tenant="a")),
        "issuer",
        Reason.WRONG_ISSUER,
        f"iss is '{ISSUER}'; trusted with this key: 'https://partner'",
    ),
    (
        token(PARTNER, claims(tenant="a", iss="https://partner", aud="us", azp="web", client_id="cli")),
        "claims",
        Reason.WRONG_CLIENT,
        "because of client_id: sub is 'user-1'; tenant is 'a', accepted: 'a', 'b'; jti is '8f14e45f'; azp is 'web', "
        "accepted: 'web'; client_id is 'cli', accepted: 'web'",
    ),
    (
        token(PARTNER, claims(tenant="a", iss="https://partner", aud="us", azp="web", scope="orders:write")),
        "route",
        Reason.INSUFFICIENT_SCOPE,
        f"given by scope, scp: missing; {ROUTE} requires all of 'orders:read'; scopes that the issuer may give: 'orders:read'",
    ),
]


class _Always:
    """The verifier of a test, wherever it is asked for."""

    def __init__(self, verifier: Verifier) -> None:
        self.config = verifier.config
        self._verifier = verifier

    def verifier(self, context: object = None) -> Verifier:
        return self._verifier

    def unknown_key(self) -> None:
        """There is nothing to look for."""


class _NoLog:
    def write(self, decision: object, now: float) -> None:
        """Nothing: the answer is what counts."""


@pytest.mark.parametrize(("authorization", "name", "reason", "detail"), CASES)
def test_the_check_that_denies_is_named_with_what_it_found(
    authorization: str, name: str, reason: Reason, detail: str
) -> None:
    verifier = Verifier({**CONFIG, "max_token_bytes": 8192})
    checks = explain(verifier, authorization, ROUTE, NOW)

    failed = next(check for check in checks if not check.passed)
    assert (failed.name, failed.passed, failed.reason) == (name, False, reason)
    assert detail in failed.detail
    index = checks.index(failed)
    assert all(check.passed and check.reason is None for check in checks[:index])
    assert all(check.passed is None and check.reason is None for check in checks[index + 1 :])
    assert "\n" not in "".join(check.detail for check in checks)

    event = {"version": "2.0", "routeKey": ROUTE, "headers": {"authorization": authorization}}
    authorizer = RequestAuthorizer(_Always(verifier), _NoLog())  # type: ignore[arg-type]
    response = authorizer.decide(event, NOW)
    assert not response["isAuthorized"]
    assert response["context"]["reason"] == reason


def test_the_checks_and_their_order() -> None:
    checks = explain(Verifier(CONFIG), f"Bearer {_good()}", ROUTE, NOW)

    names = "header size form key type algorithm signature payload issuer audience times claims route context"
    assert [check.name for check in checks] == names.split()
    assert all(check.passed for check in checks)


@pytest.mark.parametrize(
    ("changes", "name", "claim"),
    [
        ({"exp": "soon"}, "times", "exp"),
        ({"exp": ABSENT}, "times", "exp"),
        ({"exp": NOW - 1}, "times", "exp"),
        ({"iat": NOW + 60}, "times", "iat"),
        ({"nbf": NOW + 60}, "times", "nbf"),
        ({"sub": ABSENT}, "claims", "sub"),
        ({"jti": 7}, "claims", "jti"),
        ({"tenant": "c"}, "claims", "tenant"),
        ({"scope": 7}, "route", "scope"),
        ({"scp": 7}, "route", "scp"),
        ({"note": "\n"}, "context", "note"),
    ],
)
def test_the_claim_that_denies_is_named(changes: dict[str, object], name: str, claim: str) -> None:
    checks = explain(Verifier(CONFIG), token(KEY, claims(**{"tenant": "a", **changes})), ROUTE, NOW)

    failed = next(check for check in checks if not check.passed)
    assert failed.name == name
    assert failed.detail.startswith(f"because of {claim}")


def test_the_context_is_shown_as_the_backend_gets_it() -> None:
    """Value by value, and without what is left out."""
    names = ["sub", "groups", "admin", "age", "address", "nothing", "tel"]
    verifier = Verifier(document(KEY, context_claims=names))
    good = token(
        KEY, claims(sub="山田\u3000太郎", groups=["admins", "ops"], admin=True, age=7, address={"x": "y"}, nothing=None)
    )

    context = explain(verifier, good, None, NOW)[-1]
    response = RequestAuthorizer(_Always(verifier), _NoLog()).decide(  # type: ignore[arg-type]
        {"version": "2.0", "headers": {"authorization": good}}, NOW
    )

    assert context.detail == (
        'passed to the backend: {"sub": "山田\u3000太郎", "groups": ["admins", "ops"], "admin": true, "age": 7}'
    )
    assert json.loads(context.detail.removeprefix("passed to the backend: ")) == response["context"]


def test_every_reason_that_a_token_can_have_is_explained() -> None:
    of_the_event_and_ourselves = {Reason.MALFORMED_EVENT, Reason.KEYS_UNAVAILABLE, Reason.INTERNAL_ERROR}
    of_the_event_and_ourselves |= {Reason.DENYLIST_UNAVAILABLE}

    elsewhere = {Reason.UNKNOWN_ROUTE, Reason.REVOKED_TOKEN, *(case[3] for case in BOUND_CASES if case[3] is not None)}
    assert {case[2] for case in CASES} | elsewhere == set(Reason) - of_the_event_and_ourselves


@pytest.mark.parametrize(
    ("changes", "route", "detail"),
    [
        ({"routes": {"GET /orders": {}}}, "GET /orders", "GET /orders requires no scope"),
        (
            {"routes": {"GET /orders": {"scopes": ["orders:read", "x"], "scopes_match": "any"}}},
            "GET /orders",
            "requires one of",
        ),
        ({}, None, "any route"),
    ],
)
def test_what_a_route_takes(changes: dict[str, object], route: str | None, detail: str) -> None:
    checks = explain(Verifier(document(KEY, **changes)), token(KEY), route, NOW)

    assert detail in next(check.detail for check in checks if check.name == "route")


CLIENT, OTHER_CLIENT = corpus.bound_tokens.certificates()
BOUND = {"x5t#S256": thumbprint(CLIENT)}
BOUND_CASES: list[tuple[str, object, str | None, Reason | None, str]] = [
    (
        "required",
        BOUND,
        CLIENT,
        None,
        f"cnf is {BOUND}; accepted: x5t#S256 and nothing else; that of the certificate is",
    ),
    (
        "required",
        BOUND,
        OTHER_CLIENT,
        Reason.WRONG_CERTIFICATE,
        f"the certificate is {thumbprint(OTHER_CLIENT)!r}; tokens",
    ),
    (
        "required",
        BOUND,
        None,
        Reason.MISSING_CERTIFICATE,
        "there is no certificate (--client-certificate); tokens without",
    ),
    ("required", {**BOUND, "jkt": "x"}, CLIENT, Reason.UNCHECKED_CONFIRMATION, "'jkt': 'x'}; accepted: x5t#S256 and"),
    ("required", ABSENT, CLIENT, Reason.UNBOUND_TOKEN, "cnf is missing; accepted: x5t#S256 and nothing else"),
    ("accepted", ABSENT, None, None, "tokens without cnf are accepted, too"),
]


@pytest.mark.parametrize(
    ("word", "cnf", "certificate", "reason", "detail"),
    BOUND_CASES,
    ids=["its own", "another one", "none", "another method as well", "not bound", "not bound, which is accepted"],
)
def test_the_binding_is_a_check_of_its_own(
    word: str,
    cnf: object,
    certificate: str | None,
    reason: Reason | None,
    detail: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file as ``curl --cert`` takes it: the private key may be in it, and the chain after the client's own certificate."""
    (tmp_path / "config.json").write_text(json.dumps(document(KEY, bound_tokens=word)))
    arguments = ["--config", str(tmp_path / "config.json"), "--now", "2027-01-15T08:00:00Z"]
    if certificate is not None:
        (tmp_path / "client.pem").write_text(f"Bag Attributes\n{certificate}{OTHER_CLIENT}")
        arguments += ["--client-certificate", str(tmp_path / "client.pem")]

    assert _run(monkeypatch, token(KEY, claims(cnf=cnf)), *arguments) == (0 if reason is None else 1)

    lines = capsys.readouterr().out.splitlines()
    assert lines[11].startswith("ok      claims ")
    assert lines[12].startswith(f"FAILED  binding    {reason}: cnf is" if reason else "ok      binding    cnf is")
    assert detail in lines[12]
    assert lines[13].startswith("-       route" if reason else "ok      route ")
    assert lines[-1] == (f"denied: {reason}" if reason else "allowed")


def test_bound_tokens_are_explained_as_they_are_judged() -> None:
    verifier = Verifier(corpus.bound_configuration())
    for group in corpus.BOUND_GROUPS:
        for case in corpus.cases(group, "ES256"):
            event: Any = case.event
            checks = explain(
                verifier, event["headers"]["authorization"], event["routeKey"], NOW, client_certificate(event)
            )
            assert next((check.reason for check in checks if check.passed is False), None) == case.expected, case.name


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIG))
    return str(path)


def _run(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return main(["explain", *arguments])


def test_the_exit_code_and_the_last_line_tell_the_decision(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--config", config, "--route", ROUTE, "--now", "2027-01-15T08:00:00Z")
    assert _run(monkeypatch, _good() + "\n", *arguments) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "allowed"

    assert _run(monkeypatch, _good(aud="reports"), *arguments) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[8].startswith("ok      issuer     iss is ")
    assert lines[9] == f"FAILED  audience   wrong_audience: aud is 'reports'; accepted: '{AUDIENCE}'"
    assert lines[10] == "-       times"
    assert lines[-1] == "denied: wrong_audience"


def test_an_unknown_route(config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--config", config, "--route", "GET /other", "--now", "2027-01-15T08:00:00Z")
    assert _run(monkeypatch, _good(), *arguments) == 1
    assert "unknown_route: GET /other is not one of the routes: 'GET /orders', 'GET /whoami'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--route", ROUTE, "--now", "noon"], "'noon' is not a time with a time zone"),
        (["--route", ROUTE, "--now", "2027-01-15T08:00:00"], "is not a time with a time zone"),
        (["--route", ROUTE, "--api", "orders"], "--api: is one of a stack: use --stack or --stack-output, too"),
        (["--config", "-"], "--config -: the token is read from standard input: specify a file"),
        (
            ["--client-certificate", "-"],
            "--client-certificate -: the token is read from standard input: specify a file",
        ),
        (
            ["--route", ROUTE, "--client-certificate", "nowhere.pem"],
            "--client-certificate: nowhere.pem cannot be read: No such file",
        ),
        (
            ["--route", ROUTE, "--client-certificate", os.devnull],
            f"{os.devnull} contains no certificate in PEM format: write the client's",
        ),
        (["--config", "nowhere.json"], "No such file or directory: 'nowhere.json'"),
    ],
)
def test_wrong_usage(
    config: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    with pytest.raises(SystemExit) as exit_:
        _run(monkeypatch, "", "--config", config, *arguments)

    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


def test_a_configuration_that_the_authorizer_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**CONFIG, "issuers": []}))
    with pytest.raises(SystemExit) as exit_:
        _run(monkeypatch, "", "--config", str(path))

    assert exit_.value.code == 2
    assert "issuers: must be a list of at least one value" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 1, "version": 1}'])
def test_a_configuration_that_is_no_json(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(SystemExit) as exit_:
        _run(monkeypatch, "", "--config", str(path))

    assert exit_.value.code == 2
    assert f"error: {path}: " in capsys.readouterr().err


def test_keys_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    path = tmp_path / "config.json"
    key = {"key_id": "arn:aws:kms:eu-west-1:123456789012:key/1", "alg": "ES256"}
    path.write_text(json.dumps({**{k: v for k, v in CONFIG.items() if k != "keys"}, "kms": {"keys": [key]}}))
    with pytest.raises(SystemExit) as exit_:
        _run(monkeypatch, "", "--config", str(path), "--route", ROUTE)

    assert exit_.value.code == 2
    assert "error: You must specify a region." in capsys.readouterr().err


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.replace("\n", "\r\n").encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
    ids=["UTF-8", "PowerShell", "UTF-16BE"],
)
def test_files_with_a_byte_order_mark(
    encode: Callable[[str], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(encode(json.dumps(CONFIG)))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(encode(f"Bearer {_good()}\n"))))
    assert main(["explain", "--config", str(path), "--route", ROUTE, "--now", "2027-01-15T08:00:00Z"]) == 0

    assert capsys.readouterr().out.endswith("\nallowed\n")


def test_the_beginning_of_time_is_a_time(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(monkeypatch, _good(), "--config", config, "--route", ROUTE, "--now", "1970-01-01T00:00:00Z")

    assert "now is 1970-01-01T00:00:00Z" in capsys.readouterr().out


HOSTILE = "\x1b[2J\x9b31m\n\x7f\u202e"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--route", f"GET /{HOSTILE}"],
        ["--route", ROUTE, "--now", HOSTILE],
        ["--route", ROUTE, HOSTILE],
        ["--route", ROUTE, "--config", HOSTILE],
    ],
)
@pytest.mark.parametrize(
    "claims", [{"note": HOSTILE}, {HOSTILE: 1, "aud": HOSTILE}, {"exp": HOSTILE}, {"sub": [HOSTILE]}]
)
def test_nothing_that_was_typed_or_sent_controls_the_terminal(
    claims: dict[str, object],
    arguments: list[str],
    config: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for text in (_good(**claims), _headed(kid=HOSTILE, typ=HOSTILE), HOSTILE, f"{HOSTILE} x"):
        with contextlib.suppress(SystemExit):
            _run(monkeypatch, text, "--config", config, *arguments)
        captured = capsys.readouterr()
        assert all(line.isprintable() for line in (captured.out + captured.err).split("\n"))


@pytest.mark.parametrize("width", [1, 20, 40, 80])
@pytest.mark.parametrize(
    "text",
    [_good(), _good(exp=NOW - 1), _headed(kid="k" * 100), _good(aud=["東京" * 30]), _good(note="山田太郎" * 20), "x y"],
    ids=["allowed", "expired", "no space", "wide", "wide and allowed", "header"],
)
def test_at_a_terminal_every_line_fits_and_nothing_is_left_out(
    text: str, width: int, config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--config", config, "--route", ROUTE, "--now", "2027-01-15T08:00:00Z"]
    _run(monkeypatch, text, *arguments)
    whole = capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    _run(monkeypatch, text, *arguments)
    shown = capsys.readouterr().out

    assert "".join(shown.split()) == "".join(whole.split())
    drawn = [sum(2 if char in "東京山田太郎" else 1 for char in line) for line in shown.splitlines()]
    assert max(drawn) <= max(width, 2), "a wide character is two columns"


def test_at_40_columns_it_is_folded_below_the_name(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    _run(monkeypatch, _good(aud="reports"), "--config", config, "--route", ROUTE, "--now", "2027-01-15T08:00:00Z")

    lines = capsys.readouterr().out.splitlines()
    failed = lines.index(next(line for line in lines if "FAILED" in line))
    assert lines[failed : failed + 3] == [
        "\x1b[31mFAILED\x1b[0m  audience  \x1b[1mwrong_audience: \x1b[0m\x1b[31maud is\x1b[0m",
        "        \x1b[31m'reports'\x1b[0m; \x1b[32maccepted: 'orders'\x1b[0m",
        "\x1b[2m-     \x1b[0m  times",
    ]
    assert lines[-1] == "\x1b[31mdenied: wrong_audience\x1b[0m"


def test_as_a_module(config: str) -> None:
    command = [sys.executable, "-m", "cli", "explain", "--config", config, "--route", ROUTE]
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run(command, cwd=root, input="x.y.z", capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.endswith("\ndenied: malformed_token\n")


def test_when_nobody_reads_on_the_end_is_quiet(config: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cli", "explain", "--config", config, "--route", ROUTE]
    root = Path(__file__).resolve().parents[2]
    with os.fdopen(writer, "w") as pipe:
        result = subprocess.run(
            command, cwd=root, input="x.y.z", stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (result.returncode, result.stderr) == (141, "")


@pytest.mark.parametrize(
    ("configuration", "groups", "at_least"),
    [(corpus.configuration, corpus.GROUPS, 1000), (corpus.issuer_configuration, corpus.ISSUER_GROUPS, 100)],
)
def test_the_whole_attack_corpus_is_explained_as_it_is_judged(
    configuration: Callable[[], dict[str, object]], groups: tuple[corpus.Group, ...], at_least: int
) -> None:
    """The checks are gone through one by one here; they must not come to another end."""
    verifier = Verifier(configuration())
    explained = 0
    for group in groups:
        for case in corpus.cases(group, "ES256") if "ES256" in group.algorithms else ():
            if case.token is None or not isinstance(case.event, dict):
                continue
            checks = explain(verifier, f"Bearer {case.token}", case.event["routeKey"], NOW)
            assert next((check.reason for check in checks if check.passed is False), None) == case.expected, case.name
            explained += 1

    assert explained > at_least


def test_with_several_issuers_it_says_whose_token_it_is_and_what_it_gives() -> None:
    verifier = Verifier(corpus.issuer_configuration())
    names = {"partner": issuers.by_partner, "tenant": issuers.by_tenant}
    for name, by in names.items():
        details = {check.name: check.detail for check in explain(verifier, by(keys("ES256")), corpus.ROUTE, NOW)}
        assert f"', of the issuer '{name}'; trusted: " in details["key"]
        assert details["key"].endswith("; the iss says whose key it is") == (name == "tenant")
        assert "given by " in details["route"]
        assert '"scope": "orders:read"' in details["context"]
        assert f'"issuer": "{name}"' in details["context"]
