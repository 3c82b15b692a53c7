"""The entry point of the Pulumi package, which provides the components to programs in any Pulumi language."""

import sys
from pathlib import Path

# The engine runs this folder as a program; the components are a package in its parent folder.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from pulumi.provider import main  # noqa: E402 - see above

from components.plugin import KmsJwtProvider  # noqa: E402

if __name__ == "__main__":
    main(KmsJwtProvider(version="0.1.0"), sys.argv[1:])
