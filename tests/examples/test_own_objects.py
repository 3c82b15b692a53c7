"""The example with own objects, called as two users, each of whom tries to see what is the other's."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest

from emulator.web import fetch
from testkit.api import bearer

from .consumer import EXAMPLES, Consumer, DeployedExample
from .readme import walk

FORGERIES: list[list[tuple[str, str]]] = [
    [("X-Sub", "SUBJECT")],
    [("x-sub", "SUBJECT")],
    [("X-SUB", "SUBJECT"), ("x-Sub", "SUBJECT")],
    [("x_sub", "SUBJECT")],
    [("X_Sub", "SUBJECT")],
    [("X-Sub", "SUBJECT"), ("x_sub", "SUBJECT")],
    [("X-Sub", "")],
    [("X-Sub", "SUBJECT, SUBJECT")],
    [("Connection", "x-sub"), ("X-Sub", "SUBJECT")],
]


@pytest.fixture(scope="module")
def received() -> list[list[tuple[str, str]]]:
    """The headers of each request that has reached the backend."""
    return []


@pytest.fixture(scope="module")
def example(deploy: Callable[..., DeployedExample], received: list[list[tuple[str, str]]]) -> Iterator[DeployedExample]:
    """The example, in front of its own backend."""
    module = ModuleType("backend")
    exec((EXAMPLES / "own_objects" / "backend.py").read_text(), module.__dict__)  # noqa: S102 - the example's

    class Observed(module.Backend):  # type: ignore[misc, name-defined]
        def do_GET(self) -> None:  # noqa: N802 - of the class above
            received.append(self.headers.items())
            super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test says what is wrong."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Observed) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield deploy("own_objects", backend=f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def _get(url: str, fields: list[tuple[str, str]]) -> tuple[int, Any]:
    """With these headers exactly, also twice the same."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.putrequest("GET", f"/{path}")
        for name, value in fields:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize("forgery", [[], *FORGERIES])
def test_each_sees_what_is_theirs_whatever_they_write(
    example: DeployedExample, received: list[list[tuple[str, str]]], forgery: list[tuple[str, str]]
) -> None:
    """The second and the third time, the answer of the authorizer, with the subject in it, is a cached one."""
    for user, other, own in (("alice", "bob", ["books"]), ("bob", "alice", ["beans"])):
        token = example.token(aud="orders", sub=user)
        fields = [*bearer(token).items(), *((name, value.replace("SUBJECT", other)) for name, value in forgery)]
        for query in ("", "", f"?sub={other}&x-sub={other}&user_id={other}"):
            assert _get(f"{example.outputs['endpoint']}/me/orders{query}", fields) == (200, {"orders": own})
            told = [(name, value) for name, value in received[-1] if name.lower().replace("_", "-") == "x-sub"]
            assert told == [("x-sub", user)]


def test_there_is_no_way_to_name_another(example: DeployedExample) -> None:
    """An id in the path leads nowhere, since no route has one; a subject that is changed breaks the signature."""
    alice, endpoint = bearer(example.token(aud="orders", sub="alice")), example.outputs["endpoint"]

    for path in ("/me/orders/bob", "/users/bob/orders", "/me/../bob/orders", "/me/orders/../../bob", "/orders"):
        assert fetch(endpoint + path, alice).status == 404, path
    assert fetch(f"{endpoint}/me/orders", {"X-Sub": "alice"}).status == 401
    header, _, signature = example.token(aud="orders", sub="alice").split(".")
    _, payload, _ = example.token(aud="orders", sub="bob").split(".")
    assert fetch(f"{endpoint}/me/orders", bearer(f"{header}.{payload}.{signature}")).status == 403


def test_what_the_readme_calls(example: DeployedExample, consumer: Consumer) -> None:
    walk(consumer, EXAMPLES / "own_objects" / "README.md", example.outputs)


@pytest.mark.parametrize("subject", ["", None, ["bob"], 7, "alice\r\nx-sub: bob", "alice\x00"])
def test_who_is_nobody_sees_nothing(example: DeployedExample, subject: object) -> None:
    token = example.token(aud="orders", sub=subject)

    assert fetch(f"{example.outputs['endpoint']}/me/orders", bearer(token)).status == 403
