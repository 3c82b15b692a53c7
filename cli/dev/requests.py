"""The requests to the emulator's APIs, as they are answered."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from ..packages.emulator import EmulatorError, MiniStack, fetch

_JOURNAL = "/_gateway/requests/"
_TIMEOUT_SECONDS = 60  # it answers after 20, also if nothing has happened


def follow(endpoint: str, answered: Callable[[Mapping[str, Any]], object]) -> None:
    """Calls ``answered`` with each entry of the gateway's journal, from a thread that ends with the emulator."""

    def read() -> None:
        known = 0
        while True:
            try:
                entries = fetch(f"{endpoint}{_JOURNAL}{known}", timeout=_TIMEOUT_SECONDS).json()
            except (OSError, ValueError):
                return
            for entry in entries:
                known = entry["number"]
                answered(entry)

    threading.Thread(target=read, daemon=True).start()


def when_it_ends(ministack: MiniStack, ended: Callable[[EmulatorError], object]) -> None:
    """Calls ``ended``, from a thread, once the emulator is no more: nothing could be served, and nobody would say so."""

    def wait() -> None:
        try:
            ministack.wait()
        except EmulatorError as error:
            ended(error)

    threading.Thread(target=wait, daemon=True).start()
