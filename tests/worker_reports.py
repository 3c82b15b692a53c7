"""What an xdist worker reports: each test is six messages, of which the terminal shows one, and counts the one after it."""

from typing import Any

import pytest


def report_what_counts(config: pytest.Config) -> None:
    """Send no message that a test begins, nor that setup or teardown succeeded, unless their durations are wanted.

    This is a fifth of what a test costs that does nothing. Without xdist, or in a release of it that works otherwise, nothing
    changes.
    """
    if config.option.durations or config.option.xmlpath:
        return
    for plugin in config.pluginmanager.get_plugins():
        if send := getattr(plugin, "sendevent", None):
            plugin.sendevent = _filtered(send)


def _filtered(send: Any) -> Any:
    def sendevent(name: str, **message: Any) -> None:
        report = message.get("data") if name == "testreport" else None
        silent = report and report.get("when") != "call" and report.get("outcome") == "passed"
        if name != "logstart" and not silent:
            send(name, **message)

    return sendevent
