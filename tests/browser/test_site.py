"""Every page of the site that ``make docs`` builds, opened in Chromium, as wide as a desktop and as a phone."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from typing import NamedTuple

import pytest
from selenium.common.exceptions import NoSuchElementException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from docs.site.build import HTML, build
from docs.site.pages import Page, pages
from tests.examples.backend import serving

from .chromium import chromium

DESKTOP, PHONE = 1280, 390
PAGES = pages()

_TOO_WIDE = """
const page = document.documentElement, article = document.querySelector('article').getBoundingClientRect();
const found = [...document.querySelectorAll('article :is(table:not(.highlighttable), img, .mermaid)')]
    .filter(element => element.getBoundingClientRect().right > article.right + 1)
    .map(element => `${element.tagName}: ${element.innerText.slice(0, 60)}`);
return page.scrollWidth > page.clientWidth ? [`page: ${page.scrollWidth} px`, ...found] : found;
"""
"""What is wider than its place: the page itself, or a table, an image or a diagram, which the theme would let scroll."""

_DIAGRAMS = "return [...document.querySelectorAll('article .mermaid')].map(e => [e.tagName, e.offsetHeight])"


_SEARCH = "return [...document.querySelectorAll('*')].map(element => element.shadowRoot).find(Boolean)"


class Site(NamedTuple):
    """The site on a port of loopback, and the window that reads it."""

    window: Chrome
    port: int

    def open(self, path: str) -> None:
        self.window.get(f"http://127.0.0.1:{self.port}/{path}")

    def as_wide_as(self, width: int, height: int = 900) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width == PHONE}
        self.window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what is wrong."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    assert build(None) == []
    with (
        serving(partial(_Quiet, directory=str(HTML))) as port,
        chromium(tmp_path_factory.mktemp("profile")) as window,
    ):
        yield Site(window, port)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_it_fits_and_says_nothing_on_the_console(site: Site, page: Page) -> None:
    diagrams = len(re.findall(r"^```mermaid$", page.text, re.MULTILINE))
    for width in (DESKTOP, PHONE):
        site.as_wide_as(width)
        site.open(page.path.replace(".md", ".html"))
        # Mermaid's element, whose drawing is in a closed shadow root, takes the place of the text.
        WebDriverWait(site.window, 20).until(
            lambda window: (
                [tag for tag, height in window.execute_script(_DIAGRAMS) if height > 50] == ["DIV"] * diagrams
            )
        )

        assert site.window.execute_script(_TOO_WIDE) == [], f"{width} px"
    log = site.window.get_log("browser")
    assert [entry["message"] for entry in log if entry["level"] == "SEVERE"] == []


def test_the_search_finds_what_is_typed(site: Site) -> None:
    site.as_wide_as(DESKTOP)
    site.open("index.html")
    site.window.find_element(By.CSS_SELECTOR, ".md-search__button").click()
    root = WebDriverWait(site.window, 20).until(lambda window: window.execute_script(_SEARCH))
    field = WebDriverWait(site.window, 20, ignored_exceptions=[NoSuchElementException]).until(
        lambda _: root.find_element(By.CSS_SELECTOR, "input")
    )
    field.send_keys("cache_ttl")

    WebDriverWait(site.window, 20).until(
        lambda _: any("cache" in link.text for link in root.find_elements(By.CSS_SELECTOR, "a"))
    )


def test_it_is_dark_where_the_reader_s_system_is(site: Site) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    site.window.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    site.open("index.html")

    assert site.window.find_element(By.TAG_NAME, "body").get_attribute("data-md-color-scheme") == "slate"
    site.window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.usefixtures("site")
def test_the_markdown_of_every_page_is_there_for_programs() -> None:
    assert {file.relative_to(HTML).as_posix() for file in HTML.rglob("*.md")} == {page.path for page in PAGES}
    assert (HTML / "llms.txt").read_text().count("\n- [") == len(PAGES)
