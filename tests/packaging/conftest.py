"""The wheel and the sdist: those of a folder that is to be published, or built as a release is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).resolve().parents[2]

_BUILD = ("build", "--quiet", "--build-constraint", str(ROOT / "requirements-build.txt"), "--require-hashes")


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[list[Path]]:
    """Wheel and sdist, by name, twice: from a clone, and by `make dist` from one of somebody whose files nobody else may read,
    who lives elsewhere and has files there that were never committed.

    Instead of the first there are those in the folder that ``DISTRIBUTIONS`` names, as `make smoke` has it.
    """
    given = os.environ.get("DISTRIBUTIONS")
    plain = [] if given else [_copy(tmp_path_factory, 0o022)]
    lived_in = _lived_in(_copy(tmp_path_factory, 0o077))
    make = ["make", "-s", "-o", f"{sys.prefix}/.installed", "dist", f"VENV={sys.prefix}"]
    running = [subprocess.Popen([find_uv_bin(), *_BUILD], cwd=clone, stderr=subprocess.PIPE) for clone in plain]
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    running.append(subprocess.Popen(make, cwd=lived_in, stderr=subprocess.PIPE, umask=0o077, env=environment))
    for build in running:
        _, errors = build.communicate()
        assert build.returncode == 0, errors.decode()
    folders = [*([Path(given).resolve()] if given else []), *(clone / "dist" for clone in (*plain, lived_in))]
    return [sorted(folder.glob("kms_jwt-*")) for folder in folders]


@pytest.fixture(scope="session")
def wheel(builds: list[list[Path]]) -> Path:
    """The wheel of the first build."""
    (found,) = [file for file in builds[0] if file.suffix == ".whl"]
    return found


def _lived_in(clone: Path) -> Path:
    """The clone, everything in it committed, and then with files that nobody means to publish."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--no-verify", "--message", "all"]):
        subprocess.run([*git, *command], cwd=clone, check=True)
    for name in (".env", "notes.md", "cli/mine.py"):
        (clone / name).write_text("not to be published")
    return clone


def _copy(tmp_path_factory: pytest.TempPathFactory, umask: int) -> Path:
    """The files of a clone, those that are changed included, with the modes that git would give them."""
    folder = tmp_path_factory.mktemp("clone")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in filter(lambda name: (ROOT / name).is_file(), names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
        executable = (ROOT / name).stat().st_mode & 0o100
        (folder / name).chmod((0o777 if executable else 0o666) & ~umask)
    return folder
