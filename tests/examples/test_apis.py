"""The examples with APIs in front of an HTTP backend: deployed on the emulator, called over HTTP."""

from collections.abc import Callable
from pathlib import Path

from emulator.web import Answer, fetch
from testkit.api import bearer

from .backend import Backend, backend_of, serving
from .consumer import EXAMPLES, Consumer, DeployedExample
from .forks import Forks
from .readme import walk

Deploy = Callable[..., DeployedExample]


def test_the_smallest_api(deploy: Deploy, backend: Backend, consumer: Consumer) -> None:
    example = deploy("smallest", backend=backend.url)
    hello = example.outputs["endpoint"] + "/hello"

    assert fetch(hello).status == 401
    assert fetch(hello, bearer(example.token(aud="other"))).status == 403
    answer = fetch(hello, bearer(example.token(aud="hello")))
    assert answer.status == 200
    assert answer.json()["path"] == "/hello"
    walk(consumer, EXAMPLES / "smallest" / "README.md", example.outputs)


def test_two_apis_share_keys_and_not_tokens(deploy: Deploy, backend: Backend, consumer: Consumer) -> None:
    example = deploy("shared_keys", backend=backend.url)
    tokens = {audience: example.token(aud=audience) for audience in ("orders", "reports")}

    answers = {
        (api, audience): fetch(f"{example.outputs[f'{api}_endpoint']}/{api}", bearer(token)).status
        for api in ("orders", "reports")
        for audience, token in tokens.items()
    }
    assert answers == {
        ("orders", "orders"): 200,
        ("orders", "reports"): 403,
        ("reports", "orders"): 403,
        ("reports", "reports"): 200,
    }
    walk(consumer, EXAMPLES / "shared_keys" / "README.md", example.outputs)


def test_an_api_that_existed_is_protected(deploy: Deploy, backend: Backend, consumer: Consumer) -> None:
    example = deploy("existing_api", backend=backend.url)
    orders = example.outputs["endpoint"] + "/orders"

    assert fetch(orders).status == 401
    assert fetch(orders, bearer(example.token(aud="shop"))).status == 403
    answer = fetch(orders, bearer(example.token(aud="shop", scope="orders:read")))
    assert answer.status == 200
    assert answer.json()["path"] == "/orders"
    walk(consumer, EXAMPLES / "existing_api" / "README.md", example.outputs)


def test_scopes_and_public_routes(deploy: Deploy, backend: Backend, consumer: Consumer) -> None:
    example = deploy("scopes", backend=backend.url)
    endpoint = example.outputs["endpoint"]
    tokens = {
        "nothing": None,
        "no scope": example.token(aud="orders"),
        "reader": example.token(aud="orders", scope="orders:read"),
        "admin": example.token(aud="orders", scope="orders:admin"),
    }

    answers = {
        path: {who: fetch(endpoint + path, bearer(token)).status for who, token in tokens.items()}
        for path in ("/orders", "/orders/7", "/profile", "/health")
    }
    assert answers == {
        "/orders": {"nothing": 401, "no scope": 403, "reader": 200, "admin": 403},
        "/orders/7": {"nothing": 401, "no scope": 403, "reader": 200, "admin": 200},
        "/profile": {"nothing": 401, "no scope": 200, "reader": 200, "admin": 200},
        "/health": dict.fromkeys(tokens, 200),
    }
    walk(consumer, EXAMPLES / "scopes" / "README.md", example.outputs)


def test_a_page_of_another_origin(deploy: Deploy) -> None:
    """What a browser asks and is told; `make browser` opens the page in one."""
    with serving(backend_of("single_page_app")) as port:
        example = deploy("single_page_app", backend=f"http://127.0.0.1:{port}")
        orders = example.outputs["endpoint"] + "/orders"
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        page, other = {"Origin": "http://127.0.0.1:8080"}, {"Origin": "http://localhost:8080"}

        preflight = fetch(orders, {**page, **asked}, method="OPTIONS")
        assert preflight.headers["access-control-allow-origin"] == page["Origin"]
        assert preflight.headers["access-control-allow-headers"] == "authorization,content-type"
        assert "access-control-allow-origin" not in fetch(orders, {**other, **asked}, method="OPTIONS").headers
        token = bearer(example.token(aud="orders", scope="orders:read orders:write"))
        placed = fetch(orders, {**page, **token}, method="POST", body=b'{"order": "tea"}')
        assert (placed.status, placed.headers["access-control-allow-origin"]) == (201, page["Origin"])
        assert fetch(orders, {**page, **token}).json() == {"orders": ["books", "beans", "tea"]}
        assert fetch(orders, page).status == 401


def test_two_apis_at_one_domain(deploy: Deploy, backend: Backend, consumer: Consumer) -> None:
    example = deploy("existing_domain", backend=backend.url)
    assert example.outputs["orders_endpoint"] == "https://api.example.com/orders"

    def call(path: str, audience: str | None = None) -> Answer:
        token = example.token(aud=audience) if audience else None
        return fetch(example.outputs["aws_endpoint_url"] + path, {"Host": "api.example.com", **bearer(token)})

    answers = {path: call(path, "orders") for path in ("/orders/7", "/reports/7", "/other/7")}
    assert {path: answer.status for path, answer in answers.items()} == {
        "/orders/7": 200,
        "/reports/7": 403,
        "/other/7": 403,
    }
    assert answers["/orders/7"].json()["path"] == "/orders/7"
    assert [call("/orders/7").status, call("/reports/7", "reports").status] == [401, 200]
    walk(consumer, EXAMPLES / "existing_domain" / "README.md", example.outputs)


def test_a_private_backend_behind_a_vpc_link(deploy: Deploy, backend: Backend, consumer: Consumer) -> None:
    listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/orders/50dc6c49/f2f7dc8e"
    example = deploy("private_backend", **{"emulator:listeners": {listener: backend.url}})
    orders = example.outputs["endpoint"] + "/orders/7"

    assert fetch(orders, {"X-Caller": "admin"}).status == 401
    answer = fetch(orders, {**bearer(example.token(aud="orders")), "X-Caller": "admin"})
    assert (answer.status, answer.json()) == (200, {"path": "/orders/7", "caller": "alice"})
    walk(consumer, EXAMPLES / "private_backend" / "README.md", example.outputs)


def test_the_unit_test_of_an_example_passes(consumer: Consumer, forks: Forks, tmp_path: Path) -> None:
    folder = consumer.copy("private_backend")
    with (tmp_path / "errors").open("w") as errors:
        tests = forks.start("pytest", ["-q", "--rootdir", str(folder), "-p", "no:cacheprovider"], folder, errors)
        printed = tests.stdout.read()

    assert tests.wait() == 0, printed + (tmp_path / "errors").read_text()
    assert "3 passed" in printed
