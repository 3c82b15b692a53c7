"""``python -m tests.bench.counted COUNT < INPUT``: works off COUNT inputs of each kind, under an instruction counter.

Each kind has a process of its own, a fork of one that has everything ready: valgrind counts by process, and makes everything
fifty times slower, a start above all. Therefore it imports little, too. It prints a JSON object of kinds and process ids.
"""

import json
import os
import sys
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA512

from authorizer.decision_log import DecisionLog
from authorizer.key_source import key_source
from authorizer.request_authorizer import RequestAuthorizer


def main() -> None:
    """Everything is made ready and done once beforehand, so that the processes differ by what COUNT inputs cost."""
    count, given = int(sys.argv[1]), json.load(sys.stdin)
    side = RequestAuthorizer(key_source(given["config"]), DecisionLog("counted", "INFO"))
    events, now = given["events"], given["now"]
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP521R1(), bytes.fromhex(given["point"]))
    calls = [(bytes.fromhex(der), text.encode(), ec.ECDSA(SHA512())) for der, text in given["signatures"]]
    work: dict[str, Callable[[int], object]] = {
        "bare verify": lambda number: key.verify(*calls[number]),
        "first sight": lambda number: side.decide(events[number], now),
        "repeated token": lambda number: side.decide(events[0], now),
        "nothing": lambda number: None,
    }
    report, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115 - a device, until the end
    for once in work.values():
        once(0)
    print(json.dumps({kind: _forked(once, count) for kind, once in work.items()}), file=report)


def _forked(once: Callable[[int], object], count: int) -> int:
    """The id of the process that has worked, and ended."""
    if process := os.fork():
        os.waitpid(process, 0)
        return process
    for number in range(1, count + 1):
        once(number)
    os._exit(0)


if __name__ == "__main__":
    main()
