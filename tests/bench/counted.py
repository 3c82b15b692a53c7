"""``python -m tests.bench.counted KIND COUNT < INPUT``: works off COUNT inputs and ends, under an instruction counter.

It imports little, since valgrind makes everything fifty times slower.
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
    """Everything is made ready and done once beforehand, so that runs differ by what COUNT inputs cost."""
    kind, count = sys.argv[1], int(sys.argv[2])
    given = json.load(sys.stdin)
    side = RequestAuthorizer(key_source(given["config"]), DecisionLog("counted", "INFO"))
    events, now = given["events"], given["now"]
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP521R1(), bytes.fromhex(given["point"]))
    calls = [(bytes.fromhex(der), text.encode(), ec.ECDSA(SHA512())) for der, text in given["signatures"]]
    work: dict[str, Callable[[int], object]] = {
        "bare verify": lambda number: key.verify(*calls[number]),
        "first sight": lambda number: side.decide(events[number], now),
        "repeated token": lambda number: side.decide(events[0], now),
    }
    with open(os.devnull, "w") as sys.stdout:  # noqa: PTH123 - a device
        for once in work.values():
            once(0)
        for number in range(1, count + 1):
            work[kind](number)


if __name__ == "__main__":
    main()
