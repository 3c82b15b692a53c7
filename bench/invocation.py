"""What does an invocation cost through the Lambda Runtime API, cold and warm, in time and memory?"""

import json
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from emulator.server import MiniStack

from .answer import Answer, Scale, Target, figure
from .init_modules import init_modules
from .kms_key import kms_signer
from .runtime_api import Function, FunctionError
from .sides import GO, NODE, NOTHING, OURS, PYJWT, WITHOUT_BYTECODE, Side, prepare
from .tokens import bearer, dumps, token
from .turns import Action, ratio, take_turns


def measure(scale: Scale) -> list[Answer]:
    """Cold starts take turns, one process each; then one process of each side takes its turn with warm requests."""
    starts, requests = scale.of(40, 6), scale.of(400, 50)
    with MiniStack() as ministack, tempfile.TemporaryDirectory() as folder:
        signer = kms_signer(ministack)
        sides, notes = prepare(Path(folder), signer, ministack)
        events = [dumps(bearer(token(signer, number))) for number in range(max(starts, requests) + 1)]
        cold, memory = _cold(sides, events[:starts])
        warm = _warm(sides, events)
        modules = init_modules(sides[OURS].folder)
    cold.notes += [*notes, f"kms-jwt imports {len(modules)} modules at init that Lambda's runtime has not imported."]
    warm.notes += notes
    if GO in sides:
        faster = warm.ratio(GO, OURS)
        warm.targets.append(Target("times faster than the original", faster, 5.0, at_least=True))
    return [cold, memory, warm]


def _cold(sides: Mapping[str, Side], events: list[bytes]) -> tuple[Answer, Answer]:
    times: dict[str, list[float]] = {name: [] for name in sides}
    processor: dict[str, list[float]] = {name: [] for name in sides}
    peaks: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides.items())
    for event in events:
        for name, side in order:
            with Function(*side) as function:
                started = time.perf_counter()
                function.start()
                came = _allowed(function, event)
                times[name].append((came - started) * 1000)
                processor[name].append(function.processor_time)
                peaks[name].append(function.peak_memory)
        order.append(order.pop(0))
    cold = Answer("Cold: from the start of the process to the first answer (ms)", "cold")
    cold.figures = [figure(name, "ms", samples) for name, samples in times.items()]
    cold.targets = [
        Target("against a handler that does nothing", ratio(times[OURS], times[NOTHING], 1), 1.3),
        Target("against PyJWT + boto3", ratio(times[OURS], times[PYJWT], 1), 0.2),
    ]
    cold.notes = [
        f"{name}: {ratio(times[name], times[NOTHING], 1):.2f} x the empty handler, in processor time "
        f"{ratio(processor[name], processor[NOTHING], 1):.2f} x."
        for name in (OURS, WITHOUT_BYTECODE, NODE)
        if name in sides
    ]
    memory = Answer("Memory: the largest resident set after the first answer (MB)", "memory")
    memory.figures = [figure(name, "MB", samples) for name, samples in peaks.items()]
    memory.targets = [Target("peak memory of kms-jwt", memory.median(OURS), 32, "MB")]
    return cold, memory


def _warm(sides: Mapping[str, Side], events: list[bytes]) -> Answer:
    answer = Answer("Warm, through the Runtime API: one invocation, every token new, ES512 (µs)", "invocation")
    with ExitStack() as stack:
        actions = {}
        for name, side in sides.items():
            function = stack.enter_context(Function(*side))
            function.start()
            _allowed(function, events[0])
            actions[name] = _invoking(function, events)
        for name, samples in take_turns(actions, len(events) - 1).items():
            answer.figures.append(figure(name, "µs", samples))
    return answer


def _invoking(function: Function, events: list[bytes]) -> Action:
    def action(call: int) -> float:
        started = time.perf_counter()
        return (_allowed(function, events[call + 1]) - started) * 1e6

    return action


def _allowed(function: Function, event: bytes) -> float:
    """The time of the answer. Raises ``FunctionError`` for a denial, which would make the figures meaningless."""
    body, came = function.invoke(event)
    if json.loads(body).get("isAuthorized") is not True:
        raise FunctionError(f"a good token is denied: {body.decode()}")
    return came
