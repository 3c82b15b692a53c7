"""``python .ci/with_progress.py TEXT COMMAND ...``: runs a command that is silent while it works, and shows for how long.

For the Makefile, before anything is installed; in the style of ``cli/progress.py``: at a terminal one line on standard error,
which disappears at the end and is followed by what the command has printed; elsewhere a plain line at the start. The exit code
is the command's.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress

_ERASED = "\r\x1b[2K"


def main(text: str, *command: str) -> int:
    """Run ``command``; 127 if there is no such program, and as a shell says it if a signal has ended it."""
    try:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            code = _at_terminal(text, command)
        else:
            print(f"{text} ...", file=sys.stderr, flush=True)
            code = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as fault:
        print(f"{command[0]}: {fault.strerror}", file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return 130
    return code if code >= 0 else 128 - code


def _at_terminal(text: str, command: tuple[str, ...]) -> int:
    started = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT) as process:
            try:
                while True:
                    sys.stderr.write(_ERASED + _line(text, time.monotonic() - started))
                    sys.stderr.flush()
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(0.25)
                        break
            finally:  # Ctrl-C has reached the command too, whose end the context awaits
                sys.stderr.write(_ERASED)
                sys.stderr.flush()
        printed.seek(0)
        shutil.copyfileobj(printed, sys.stderr.buffer)
        sys.stderr.flush()
    return process.returncode


def _line(text: str, seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    spinner, passed = "-\\|/"[int(seconds * 4) % 4], f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
    columns = shutil.get_terminal_size().columns - 1
    room = columns - len(spinner) - len(passed) - 2
    return f"{spinner} {text[: max(room, 0)]} {passed}"[:columns]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
