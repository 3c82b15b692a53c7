"""Compiles the sources below a folder. Run by an interpreter of Lambda's version, without this project's packages."""

import importlib.util
import marshal
import sys
from pathlib import Path

_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
"""PEP 552: bytecode that is used without checking its source, since archives do not keep modification times."""


def main(folder: Path) -> None:
    for path in sorted(folder.rglob("*.py")):
        source = path.read_bytes()
        name = path.relative_to(folder).as_posix()  # shown in tracebacks; independent of the build folder
        code = marshal.dumps(compile(source, name, "exec", dont_inherit=True, optimize=0))
        target = Path(importlib.util.cache_from_source(str(path), optimization=""))
        target.parent.mkdir(exist_ok=True)
        header = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source)
        target.write_bytes(header + code)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
