"""A headless Chromium that this machine has, driven over WebDriver. Nothing is downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class NoBrowser(Exception):
    """There is no browser, or no driver, on the path."""


def programs() -> tuple[str, str]:
    """The paths of the browser and of its driver. Raises ``NoBrowser``, which says how to get them."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        missing = "Chromium" if browser is None else "chromedriver"
        raise NoBrowser(f"{missing} is missing: on Debian, apt-get install chromium chromium-driver")
    return browser, driver


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """A window with a profile of its own. Raises ``NoBrowser``."""
    browser, driver = programs()
    options = ChromeOptions()
    options.binary_location = browser
    for argument in (
        "--headless=new",
        "--window-size=800,640",
        f"--user-data-dir={profile}",
        "--disable-dev-shm-usage",
    ):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # which Chromium does not start for root, as in containers
    # With the driver's path, Selenium does not look for one on the internet.
    window = Chrome(options, ChromeService(driver))
    try:
        yield window
    finally:
        window.quit()
