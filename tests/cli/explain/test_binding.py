"""Tokens that are bound to a client certificate: the binding is a check of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from authorizer.denial import Reason
from authorizer.event import client_certificate
from authorizer.verifier import Verifier
from cli.explanation import explain
from testkit.tokens import NOW, claims, token
from tests.authorizer import corpus
from tests.authorizer.documents import document

from .cases import BOUND_CASES, OTHER_CLIENT
from .judged import KEY, run_explain


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

    assert run_explain(monkeypatch, token(KEY, claims(cnf=cnf)), *arguments) == (0 if reason is None else 1)

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
