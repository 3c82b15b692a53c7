"""Which modules does the init of the function import that Lambda's runtime has not imported already?"""

import json
import subprocess
from pathlib import Path

from .environment import runtime_python

_PROGRAM = """
import json, sys
import awslambdaric.__main__
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import authorizer.handler
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def init_modules(package: Path) -> list[str]:
    """The modules, by name; ``package`` is the function's folder with its ``config.json``."""
    command = [str(runtime_python()), "-B", "-c", _PROGRAM, str(package)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    modules: list[str] = json.loads(output)
    return modules
