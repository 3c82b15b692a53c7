"""Walks a document: the calls that it shows, run by bash as they are, against the stack that is deployed."""

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .consumer import Consumer

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMISE = re.compile(r"^curl .*    # (\d{3})\b", re.MULTILINE)
_KMS_JWT = "import sys; from kms_jwt.cli.command_line import main; sys.exit(main())"
"""The entry point of the wheel."""

_NOT_HERE = ("aws ", "kms-jwt dev", "mkdir ", "pip ", "python ")
"""What has been installed and started before, and the AWS CLI, which is not ours."""


def walk(consumer: Consumer, document: Path, values: Mapping[str, Any], folder: Path | None = None) -> None:
    """Each call has the status that stands behind it. ``values``, a stack's outputs, are for ``<placeholders>``.

    ``folder`` is where programs of the example run.
    """
    blocks = [block.replace("\\\n", " ") for block in _BLOCK.findall(document.read_text()) if "curl " in block]
    script = "".join(blocks)
    promised = _PROMISE.findall(script)
    assert promised, f"{document} promises nothing"
    assert len(promised) == len(re.findall("^curl ", script, re.MULTILINE)), f"{document}: a call without a promise"
    lines = [line for line in script.splitlines() if not line.startswith(_NOT_HERE)]
    commands = re.sub(r"<(\w+)>", lambda name: str(values[name[1]]), "\n".join(lines))
    functions = f"""set -eu
python() {{ {shlex.quote(sys.executable)} "$@"; }}
kms-jwt() {{ {shlex.quote(sys.executable)} -c {shlex.quote(_KMS_JWT)} "$@"; }}
curl() {{ command curl --silent --noproxy '*' --output /dev/null --write-out '%{{http_code}}\\n' "$@"; }}
"""
    result = subprocess.run(
        ["bash", "-c", functions + commands],
        cwd=folder,
        env=consumer.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == promised
