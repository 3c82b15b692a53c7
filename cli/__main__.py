"""``python -m cli`` in a checkout. In the wheel this file is above ``cli``, so that it is ``python -m kms_jwt``."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "cli":
    from .command_line import main
else:
    from .cli.command_line import main

if __name__ == "__main__":
    sys.exit(main(program=f"python -m {__package__}"))
