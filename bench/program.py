"""How does the Pulumi program grow with the number of APIs it stamps out?"""

import json
import subprocess
import sys

from components.lambda_authorizer.package import build_package
from components.lambda_package.target import Target as PackageTarget

from .answer import Answer, Scale, Target, figure
from .judging import milliseconds_per_api

_WITHOUT_GC = "without garbage collection"


def measure(scale: Scale) -> Answer:
    """Each run is a separate process; the sizes take turns."""
    build_package(PackageTarget("python3.13", "arm64"))  # once for all runs, as for all APIs of a stack
    counts = (1, 10, 50) if scale.quick else (1, 10, 50, 100)
    most = counts[-1]
    runs = {f"{count} APIs": [str(count)] for count in counts}
    runs[f"{most} APIs, {_WITHOUT_GC}"] = [str(most), "--no-gc"]
    results: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
    for _ in range(scale.of(3, 1)):
        for name, arguments in runs.items():
            results[name].append(_stamp(arguments))
    answer = Answer("Program: stamping out many APIs, everything but the engine and AWS", "program")
    for name, found in results.items():
        answer.figures.append(figure(name, "s", [result["seconds"] for result in found]))
    for name, found in results.items():
        answer.figures.append(figure(f"{name}, memory", "MB", [result["megabytes"] for result in found]))
    resources = {name: found[0]["resources"] for name, found in results.items()}
    each = (resources[f"{most} APIs"] - resources["1 APIs"]) / (most - 1)
    answer.figures.append(figure("resources per API", "", [each]))
    growth = answer.ratio(f"{most} APIs", "10 APIs")
    declaring = {name: min(result["declaring"] for result in found) for name, found in results.items()}
    answer.targets.append(Target(f"{most} APIs against 10", growth, 1.2 * most / 10))
    answer.notes.append(
        f"Without the imports, {most} APIs take {declaring[f'{most} APIs'] / declaring['10 APIs']:.1f} x the time of 10."
    )
    judging = figure("judging a configuration, per API", "ms", milliseconds_per_api(scale.of(20, 5)))
    answer.figures.append(judging)
    answer.targets.append(Target("judging a configuration, per API", judging.median, 5, "ms"))
    return answer


def _stamp(arguments: list[str]) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.stamp", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result
