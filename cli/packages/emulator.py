"""The HTTP client, which needs nothing of the emulator."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "cli.packages":
    from emulator.web import Answer, fetch
else:
    from ...emulator.web import Answer, fetch

__all__ = ["Answer", "fetch"]
