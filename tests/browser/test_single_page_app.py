"""The single-page application of the examples, opened in Chromium: what the browser lets its page do at the API."""

import json
import os
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.examples.backend import backend_of, serving
from tests.examples.consumer import ROOT, Consumer, DeployedExample

from .chromium import chromium

SCREENSHOT = ROOT / "docs" / "single-page-app.png"


class Page(NamedTuple):
    """The page in the browser, and the API behind it."""

    window: Chrome
    example: DeployedExample
    port: int

    def open(self, host: str = "127.0.0.1") -> None:
        """Load it from this host: the same files, and another origin."""
        self.window.get(f"http://{host}:{self.port}/")

    def type(self, field: str, text: str) -> None:
        self.window.find_element(By.ID, field).clear()
        self.window.find_element(By.ID, field).send_keys(text)

    def submit(self, form: str) -> str:
        """Press the form's button, and wait for what the page then says."""
        status = self.window.find_element(By.ID, "status")
        self.window.execute_script("arguments[0].textContent = ''", status)
        self.window.find_element(By.CSS_SELECTOR, f"#{form} button").click()
        said: str = WebDriverWait(self.window, 20).until(lambda _: status.text)
        return said

    @property
    def orders(self) -> list[str]:
        return [item.text for item in self.window.find_elements(By.CSS_SELECTOR, "#orders li")]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what is wrong."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    consumer = Consumer(tmp_path_factory.mktemp("consumer"))
    folder = consumer.copy("single_page_app")
    with (
        serving(partial(_Quiet, directory=str(folder / "page"))) as port,
        serving(backend_of("single_page_app")) as backend,
        consumer.deployed(
            folder, page_origin=f"http://127.0.0.1:{port}", backend=f"http://127.0.0.1:{backend}"
        ) as example,
        chromium(tmp_path_factory.mktemp("profile")) as window,
    ):
        (folder / "page" / "config.json").write_text(json.dumps({"endpoint": example.outputs["endpoint"]}))
        yield Page(window, example, port)


def test_it_lists_orders_and_adds_one(page: Page) -> None:
    """Each request has a preflight: both have the header Authorization, and the second one is JSON."""
    page.open()
    page.type("token", page.example.token(aud="orders", scope="orders:read orders:write"))

    assert page.submit("list") == "2 orders."
    assert page.orders == ["books", "beans"]
    page.type("order", "tea")
    assert page.submit("add") == "3 orders."
    assert page.orders == ["books", "beans", "tea"]
    if os.environ.get("UPDATE_GOLDEN"):
        page.window.save_screenshot(str(SCREENSHOT))


def test_what_is_refused_is_said(page: Page) -> None:
    page.open()
    page.type("token", page.example.token(aud="orders", scope="orders:read"))
    page.type("order", "coffee")

    assert "refused" in page.submit("add").lower()
    page.type("token", page.example.token(aud="reports", scope="orders:read"))
    assert "refused" in page.submit("list").lower()
    assert page.orders == []


def test_another_origin_reads_nothing_with_a_good_token(page: Page) -> None:
    page.open("localhost")
    page.type("token", page.example.token(aud="orders", scope="orders:read"))

    assert page.submit("list") == "No answer that this page may read: refused, or no connection."
    assert page.orders == []
    assert any("CORS policy" in entry["message"] for entry in page.window.get_log("browser"))


def test_the_documents_show_a_screenshot_of_it() -> None:
    assert SCREENSHOT.read_bytes().startswith(b"\x89PNG")
    assert SCREENSHOT.stat().st_size < 50_000
    assert f"docs/{SCREENSHOT.name}" in Path(ROOT / "examples" / "single_page_app" / "README.md").read_text()
