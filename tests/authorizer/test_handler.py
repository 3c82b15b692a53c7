"""The Lambda entry point, imported the way Lambda imports it."""

import gc
import importlib
import json
import sys
import time
from pathlib import Path

import pytest

from authorizer import config
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import claims, token

from .documents import document
from .gateway_events import bearer, recorded
from .package import SOURCE, make_package, run, start

KEY = signer("ES512")


def fresh_claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    return claims(**{"iat": now - 60, "nbf": now - 60, "exp": now + 600, **changes})


def test_events_in_responses_out(tmp_path: Path) -> None:
    package = make_package(tmp_path, document(KEY))
    good, expired = token(KEY, fresh_claims()), token(KEY, fresh_claims(exp=int(time.time()) - 1))

    result = run(
        package,
        [
            recorded("full", good),
            recorded("full", good),
            recorded("minimal", expired),
            recorded("payload_1_0", good),
            None,
        ],
        AWS_LAMBDA_FUNCTION_NAME="orders-authorizer",
    )

    allowed = {"isAuthorized": True, "context": {"sub": "user-1"}}
    assert result.responses[:2] == [allowed, allowed]
    assert [response["context"] for response in result.responses[2:]] == [
        {"reason": "expired"},
        {"reason": "malformed_event"},
        {"reason": "malformed_event"},
    ]
    assert [line["Reason"] for line in result.lines] == [
        *("allowed", "allowed", "expired", "malformed_event", "malformed_event")
    ]
    assert [line["signatureCacheHit"] for line in result.lines] == [False, True, False, False, False]
    assert {line["FunctionName"] for line in result.lines} == {"orders-authorizer"}


def test_the_configuration_lies_beside_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths: list[str] = []

    def read_config(path: str) -> dict[str, object]:
        paths.append(path)
        return document(KEY)

    monkeypatch.setattr(config, "read_config", read_config)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "orders-authorizer")
    try:
        handler = importlib.import_module("authorizer.handler").handler
    finally:
        sys.modules.pop("authorizer.handler", None)
        frozen = gc.get_freeze_count()
        gc.unfreeze()

    assert gc.isenabled()
    assert frozen > 0
    assert paths == [str(SOURCE.parent / "config.json")]
    assert handler(bearer(token(KEY, fresh_claims())), None)["isAuthorized"] is True
    assert json.loads(capsys.readouterr().out)["FunctionName"] == "orders-authorizer"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_every_algorithm_by_itself(alg: str, tmp_path: Path) -> None:
    """Each family imports what it needs, and nobody else does it for it."""
    package = make_package(tmp_path, document(signer(alg)))

    result = run(package, [bearer(token(signer(alg), fresh_claims()))])

    assert [response["isAuthorized"] for response in result.responses] == [True]


def test_the_log_level_is_the_configuration_s(tmp_path: Path) -> None:
    package = make_package(tmp_path, document(KEY, log_level="WARN"))

    result = run(package, [bearer(token(KEY, fresh_claims())), bearer("x")])

    assert [line["Reason"] for line in result.lines] == ["malformed_token"]
    assert result.lines[0]["FunctionName"] == "local"


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ("", "ConfigError"),
        ('{"version": 1, "version": 1}', "duplicate member"),
        (document(KEY, issuers=[]), "issuers: must be a list of at least one value"),
        (document(KEY, issuer="https://auth.example.com"), "issuer: unknown field"),
        (document(KEY, KEY), "is used twice"),
    ],
)
def test_a_fault_of_the_configuration_stops_the_init(
    config: dict[str, object] | str, fault: str, tmp_path: Path
) -> None:
    process = start(make_package(tmp_path, config), tmp_path / "result.json", [])

    assert process.returncode == 1
    assert fault in process.stderr
    assert process.stdout == ""


def test_without_a_configuration_there_is_no_init(tmp_path: Path) -> None:
    package = make_package(tmp_path, "{}")
    (package / "config.json").unlink()

    process = start(package, tmp_path / "result.json", [])

    assert process.returncode == 1
    assert "config.json" in process.stderr


def test_the_public_names_are_imported_when_they_are_asked_for() -> None:
    package = importlib.import_module("authorizer")

    for name in package.__all__:
        vars(package).pop(name, None)
        assert getattr(package, name).__name__ == name
    with pytest.raises(AttributeError, match="module 'authorizer' has no attribute 'handlers'"):
        package.handlers  # noqa: B018
