"""The client libraries of PyPI, and curl, against the token service on the emulator, over HTTP.

``python -m tests.clients``, which ``make clients`` runs, adds those of npm and of Go.
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from authlib.integrations.base_client import OAuthError
from oauthlib.oauth2 import InvalidClientError

from emulator.server import MiniStack

from ..docs.code_blocks import Block
from .deployed import service_with_all_clients
from .documented import documented, environment, for_service, method_of
from .python_libraries import LIBRARIES
from .service import METHODS, SecretClient, Service

CELLS = [(library, method) for library, methods in LIBRARIES.items() for method in methods]


@pytest.fixture(scope="module")
def service(ministack: MiniStack) -> Iterator[Service]:
    with service_with_all_clients(ministack) as running:
        yield running


@pytest.mark.parametrize(("library", "method"), CELLS)
def test_a_library_gets_a_token_that_the_authorizer_allows(service: Service, library: str, method: str) -> None:
    assert method in METHODS
    service.check(method, LIBRARIES[library][method](service))


@pytest.mark.parametrize("block", documented("python"), ids=lambda block: block.place)
def test_the_documented_lines_get_a_token(
    service: Service, block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "batch.pem").write_text(service.batch.pem)
    monkeypatch.chdir(tmp_path)
    insecure = {"OAUTHLIB_INSECURE_TRANSPORT": "1", "NO_PROXY": "*"}
    for name, value in {**environment(service), **service.role, **insecure}.items():
        monkeypatch.setenv(name, value)
    names: dict[str, Any] = {}
    exec(compile(for_service(block, service), block.place, "exec"), names)  # noqa: S102 - our own documentation
    (names["client"] if "client" in names else names["sts"]).close()

    service.check(method_of(block.text), names["token"])


def test_a_refusal_reaches_the_user_with_its_error(service: Service) -> None:
    wrong = dataclasses.replace(service, billing=SecretClient("billing", "wrong"))
    with pytest.raises(OAuthError) as error:
        LIBRARIES["Authlib, requests"]["Basic"](wrong)
    assert error.value.error == "invalid_client"
    with pytest.raises(InvalidClientError):
        LIBRARIES["requests-oauthlib"]["body"](wrong)
    assert LIBRARIES["curl"]["Basic"](wrong)["error"] == "invalid_client"
