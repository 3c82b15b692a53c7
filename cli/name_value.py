"""Arguments such as ``sub=alice`` and ``admin:=true``."""

import argparse
from typing import Any

from .json_input import parse_json


def name_value(text: str) -> tuple[str, Any]:
    """Parse ``NAME=TEXT`` or ``NAME:=JSON``, the notation of HTTPie. Raises ``ArgumentTypeError``, as argparse expects."""
    name, equals, value = text.partition("=")
    if not equals or not name.removesuffix(":"):
        raise argparse.ArgumentTypeError(f"{text!r}: write NAME=TEXT or NAME:=JSON, such as sub=alice or admin:=true")
    if not name.endswith(":"):
        return name, value
    try:
        return name.removesuffix(":"), parse_json(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: {value!r} is not JSON; for text, write NAME=TEXT") from None
