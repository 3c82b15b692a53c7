"""Pages that somebody looks at in a browser get nothing from the emulated AWS, unless they are of this machine."""

import pytest

from emulator.server import MiniStack
from emulator.web import fetch

from .conftest import Builder

FUNCTIONS = "/2015-03-31/functions"


@pytest.mark.parametrize("path", [FUNCTIONS, "/_ministack/reset", "/_gateway/requests/0", "/_gateway/listeners/a"])
@pytest.mark.parametrize(
    "fields",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "http://[evil"},
        {"Origin": "http://page.s3.amazonaws.com"},
        {"Origin": "http://192.168.65.2"},
        {"Host": "evil.example:4566"},
        {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_a_foreign_page_may_not_use_aws(ministack: MiniStack, path: str, fields: dict[str, str]) -> None:
    for method in ("OPTIONS", "POST", "GET", "PUT"):
        answer = fetch(ministack.endpoint + path, fields, method=method)
        assert answer.status == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.json()["message"].startswith(
            "Forbidden: the emulated AWS is for programs and pages of this machine"
        )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Origin": "http://localhost:5173", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://127.0.0.1:5173"},
        {"Origin": "http://[::1]:5173"},
        {"Host": "localhost:4566"},
        {"Host": "[::1]:4566"},
        {"Host": "host.docker.internal:4566"},
        {"Host": "192.168.65.2:4566"},
        {"Host": "bucket.s3.localhost"},
        {"Host": "lambda.eu-west-1.amazonaws.com"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_programs_and_pages_of_this_machine_may(ministack: MiniStack, fields: dict[str, str]) -> None:
    assert fetch(f"{ministack.endpoint}/_ministack/health", fields).status == 200


def test_an_api_answers_whoever_asks(api: Builder) -> None:
    api.lambda_route("GET /orders")

    assert api.send("/orders", Origin="https://evil.example").status == 200
