"""The single module: the same decisions as by the sources that it is made of, and the same text wherever it is made."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.lambda_authorizer.package import SINGLE_MODULE, build_package
from components.lambda_package.bytecode import find_python
from components.lambda_package.single_module import MERGED, PLAIN, Later, SingleModule, write_single_module
from components.lambda_package.target import RUNTIMES, host_target
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import NOW, token
from tests.authorizer import corpus
from tests.authorizer.corpus import BOUND_GROUPS, GROUPS, ISSUER_GROUPS, Group
from tests.authorizer.documents import document
from tests.authorizer.gateway_events import bearer

ROOT = Path(__file__).resolve().parents[3]
MERGED_ALGORITHMS = tuple(alg for alg in ALGORITHMS if not alg.startswith("ML-DSA"))

_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import authorizer.handler
deciding = sys.modules.get("authorizer.plain_handler", authorizer.handler)._authorizer
from authorizer.verifier import Verifier
import contextlib, io, json
given = json.load(sys.stdin)
decided = []
for event in given["events"]:
    with contextlib.redirect_stdout(io.StringIO()) as log:
        response = deciding.decide(event, given["now"])
    line = json.loads(log.getvalue())
    del line["latencyMs"]
    decided.append([response, line])
print(json.dumps({"decided": decided, "defined_in": Verifier.__module__, "modules": sorted(sys.modules)}))
"""


def _deciding(package: Path, folder: Path, config: dict[str, Any], events: list[object]) -> dict[str, Any]:
    """What the package decides, in a process without this environment's packages."""
    shutil.copytree(package, folder)
    (folder / "config.json").write_text(json.dumps(config))
    command = [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, str(folder)]
    given = json.dumps({"events": events, "now": NOW})
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    decided: dict[str, Any] = json.loads(done.stdout)
    return decided


def _merged_only(config: Any) -> Any:
    """``config`` without its ML-DSA keys, also those of trusted issuers."""
    if isinstance(config, list):
        return [_merged_only(item) for item in config if not isinstance(item, dict) or item.get("alg") in _KEPT]
    if isinstance(config, dict):
        return {name: _merged_only(value) for name, value in config.items()}
    return config


_KEPT = (None, *MERGED_ALGORITHMS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("configuration", "groups"),
    [
        (corpus.configuration, GROUPS),
        (corpus.issuer_configuration, ISSUER_GROUPS),
        (corpus.bound_configuration, BOUND_GROUPS),
    ],
    ids=["own", "issuers", "bound"],
)
def test_the_whole_corpus_comes_out_the_same(
    configuration: Callable[[], dict[str, object]], groups: tuple[Group, ...], tmp_path: Path
) -> None:
    config = _merged_only(configuration())
    cases = [
        case
        for group in groups
        for alg in MERGED_ALGORITHMS
        if alg in group.algorithms
        for case in corpus.cases(group, alg)
        if _is_json(case.event)
    ]
    events = [case.event for case in cases]
    single = _deciding(build_package(host_target()), tmp_path / "single", config, events)
    plain = _deciding(build_package(host_target(), single_module=False), tmp_path / "plain", config, events)

    assert (single["defined_in"], plain["defined_in"]) == ("authorizer.handler", "authorizer.verifier")
    for case, ours, theirs in zip(cases, single["decided"], plain["decided"], strict=True):
        del ours[1]["_aws"], theirs[1]["_aws"]
        assert ours == theirs, case.name
    reasons = [line["Reason"] for _, line in single["decided"]]
    assert reasons.count("allowed") > 10
    assert reasons.count("internal_error") == 0
    assert len(set(reasons)) >= 5
    # Nothing of the whole modules was loaded, and nothing that they load.
    assert not {"authorizer." + PLAIN, "typing"} & {*single["modules"]} - _loaded_for(groups)


def _loaded_for(groups: tuple[Group, ...]) -> set[str]:
    """What other issuers and bound tokens import, which are not in the single module."""
    return set() if groups is GROUPS else {"typing"}


def _is_json(event: object) -> bool:
    try:
        return bool(json.loads(json.dumps(event)) == event)
    except (TypeError, ValueError):
        return False


FAMILIES = {"RS256": "rsassa", "PS512": "rsassa", "EdDSA": "eddsa"}


@pytest.mark.slow
@pytest.mark.parametrize("alg", FAMILIES)
def test_another_family_than_ecdsa(alg: str, tmp_path: Path) -> None:
    key = signer(alg)
    decided = _deciding(build_package(host_target()), tmp_path / "package", document(key), [bearer(token(key))])

    assert decided["decided"][0][0]["isAuthorized"] is True
    assert decided["defined_in"] == "authorizer.handler"
    family = f"authorizer.algorithms.{FAMILIES[alg]}"
    imported = {name for name in decided["modules"] if name.startswith("authorizer.algorithms.")}
    assert imported == {f"authorizer.algorithms.{name}" for name in ("ecdsa", "members")} | {
        family,
        f"{family}{MERGED}",
    }
    assert {*decided["modules"]}.isdisjoint({"random", "cryptography.hazmat.primitives._serialization", "typing"})


@pytest.mark.slow
def test_where_it_does_not_suffice_the_sources_run(tmp_path: Path) -> None:
    key = signer("ML-DSA-65")
    decided = _deciding(build_package(host_target()), tmp_path / "package", document(key), [bearer(token(key))])

    assert decided["decided"][0][0]["isAuthorized"] is True
    assert decided["defined_in"] == "authorizer.verifier"
    assert f"authorizer.{PLAIN}" in decided["modules"]


_MAKING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from lambda_package.single_module import Later, SingleModule, write_single_module
write_single_module(Path(sys.argv[2]), eval(sys.argv[3]))
"""


@pytest.mark.slow
def test_whichever_python_makes_it(tmp_path: Path) -> None:
    """Each on this machine, of any version that may deploy."""
    plain = build_package(host_target(), bytecode=False, single_module=False)
    pythons = {sys.executable, *filter(None, map(find_python, RUNTIMES))}
    made = set()
    for number, python in enumerate(sorted(pythons)):
        package = tmp_path / str(number)
        shutil.copytree(plain, package)
        command = [python, "-B", "-c", _MAKING, str(ROOT / "components"), str(package), repr(SINGLE_MODULE)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": str(number)})
        made.add(_made(package))

    assert made == {_made(build_package(host_target(), bytecode=False))}


def _made(package: Path) -> tuple[bytes, ...]:
    paths = [package / "authorizer" / "handler.py", *sorted(package.rglob(f"*{MERGED}.py"))]
    assert len(paths) == 3
    return tuple(path.read_bytes() for path in paths)


def _write(folder: Path, **sources: str) -> None:
    for name, source in sources.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


SMALL = SingleModule(
    "own.handler",
    Later("own.first", (("library.parts", ("LookedUp",)),)),
    (Later("own.second", (("library.deep", ("LookedUp",)),)), Later("own.third", (("library.deep", ()),))),
    "own.condition",
)

_HANDLER = '''"""Docstring."""
from . import texts
from .floor.below import TEXT as text, Later

def handler(event: "Nothing", context: int = 0) -> "Nothing":
    """Docstring."""
    return [texts.JOINED, text, Later().value(), texts.used(), __package__]
'''


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A package with what may be written in several ways, and a library of which little is used."""
    folder = tmp_path / "small"
    _write(
        folder,
        own__condition="def needed(path):\n    return {'own.second'}\n",
        own__handler=_HANDLER,
        own__first="from library.parts import Used\nFIRST = Used.name\n",
        own__second="from . import texts\nfrom library.deep import Deep\nSECOND = Deep.name + texts.used()\n",
        own__third="from library.deep import Deep\nfrom library.deeper import THIRD\n",
        own__texts=(
            'import os.path\nfrom library import parts\nA = 1\nJOINED = f"""{A}\n  two\n"""\n'
            "def used():\n    return parts.Used.name\n"
        ),
        own__floor__below=(
            'from ..texts import A\nTEXT = """one\n    two\n"""\n"""About it."""\n\n\n'
            'class Empty:\n    """Only this."""\n\n\nclass Later:\n    """Only this."""\n\n'
            '    @staticmethod\n    def value() -> int:\n        """Docstring."""\n'
            "        from . import later\n        number: int = later.NUMBER\n        return number\n"
        ),
        own__floor__later="NUMBER = 3\n",
        library__parts=(
            "from __future__ import annotations\nimport typing\nBuffer = typing.Union[int, str]\nclass _Base: pass\n"
            "class Used(_Base):\n    name = 'used'\n    def method(self, value: Buffer) -> typing.Any: ...\n"
            "class LookedUp: seen = []\nclass Unused: pass\nLookedUp.seen.append(LookedUp)\nLookedUp.seen.append(Unused)\n"
        ),
    )
    _write(
        folder,
        library__deep="class Deep: name = 'deep'\nclass LookedUp: pass\nUNUSED = 1\n",
        library__deeper="THIRD = 3\n",
    )
    for package in ("own", "own/floor", "library"):
        (folder / package / "__init__.py").touch()
    return folder


def _run(folder: Path, program: str) -> str:
    command = [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {program}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_text_does_what_the_sources_do(small: Path) -> None:
    program = "from own.handler import handler; print(handler(None, None))"
    before = _run(small, program)
    write_single_module(small, SMALL)

    assert _run(small, program) == before == "['1\\n  two\\n', 'one\\n    two\\n', 3, 'used', 'own']"
    assert (small / "own" / f"{PLAIN}.py").read_text() == _HANDLER


def test_of_a_library_only_what_is_used_is_taken(small: Path) -> None:
    write_single_module(small, SMALL)
    names = _run(small, "import own.handler, library.parts as p; print(sorted(n for n in vars(p) if n[:2] != '__'))")

    assert names == "['LookedUp', 'Used', '_Base']"
    assert _run(small, "import own.handler, library.parts as p; print(len(p.LookedUp.seen))") == "1"


def test_what_is_imported_later_is_there_if_it_is_needed(small: Path) -> None:
    write_single_module(small, SMALL)
    program = "import own.handler; print(*sorted(n for n in sys.modules if n.startswith(('own.', 'library.'))))"
    always = [
        "library.deep",
        "library.parts",
        "own.condition",
        "own.first",
        "own.floor",
        "own.floor.below",
        "own.handler",
    ]

    assert _run(small, program).split() == [*always, "own.second", f"own.second{MERGED}", "own.texts"]
    assert (
        _run(small, "import own.handler, own.first, own.second as s; print(own.first.FIRST, s.SECOND)")
        == "used deepused"
    )
    assert "class Deep" not in (small / "own" / f"second{MERGED}.py").read_text()  # own.third needs it as well
    # What is not needed is imported from its source, if something asks for it.
    assert (
        _run(small, "import own.handler, own.third; print(own.third.THIRD, own.third.__spec__.name)") == "3 own.third"
    )


def test_where_the_condition_does_not_hold_nothing_of_it_runs(small: Path) -> None:
    (small / "own" / "condition.py").write_text(
        "def needed(path):\n    return None if path.endswith('config.json') else set()\n"
    )
    write_single_module(small, SMALL)

    assert _run(small, "from own.handler import handler; print(handler.__module__)") == f"own.{PLAIN}"


def test_modules_that_import_each_other(small: Path) -> None:
    (small / "own" / "first.py").write_text("from . import texts\n")
    (small / "own" / "texts.py").write_text("from . import first\n")

    with pytest.raises(ValueError, match=r"^own\.first -> own\.texts -> own\.first: these modules import each other$"):
        write_single_module(small, SMALL)
