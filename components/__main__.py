"""The entry point of the Pulumi package, which provides the components to programs in any Pulumi language."""

import sys
import tomllib
from pathlib import Path

# The engine runs this folder as a program; the components are a package in its parent folder.
ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from pulumi.provider import main  # noqa: E402 - see above

from components.plugin import KmsJwtProvider  # noqa: E402

if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    main(KmsJwtProvider(version=project["version"]), sys.argv[1:])
