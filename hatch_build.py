"""What hatchling adds to the wheel: SBOMs (PEP 770, CycloneDX 1.6), made from the locks of what is deployed or installed.

They have no time and no serial number, so that two builds of a commit are byte-identical.
"""

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCKS = {
    "kms-jwt": ("requirements.txt", "library"),
    "kms-jwt-authorizer": ("authorizer/requirements.txt", "application"),
    "kms-jwt-token-service": ("issuer/token_service/requirements.txt", "application"),
}
"""Whose dependencies they are: the package's own, as released and tested; those in the packages of the Lambda functions."""

NOT_DEPLOYED = {"pycparser"}
"""What ``components/lambda_package`` leaves out of the packages of functions, though their locks pin it."""

_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


def sbom(name: str, kind: str, version: str, lock: str) -> dict[str, Any]:
    """The CycloneDX document of ``name``: the packages that ``lock``, a requirements file, pins and that are deployed. It has
    their hashes itself."""
    described = {"type": kind, "bom-ref": name, "name": name, "version": version}
    licensed = {**described, "licenses": [{"license": {"id": "Apache-2.0"}}]}
    left_out = NOT_DEPLOYED if kind == "application" else set()
    pinned = sorted({(package.lower(), pin) for package, pin in _PINNED.findall(lock) if package not in left_out})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": licensed},
        "components": [
            {"type": "library", "bom-ref": purl, "name": package, "version": pin, "purl": purl}
            for package, pin in pinned
            for purl in [f"pkg:pypi/{package}@{pin}"]
        ],
    }


class SbomHook(BuildHookInterface):  # type: ignore[misc] # hatchling is there only where something is built
    """Writes the SBOMs for the time of the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds a wheel."""
        self._folder = Path(tempfile.mkdtemp())
        for name, (lock, kind) in LOCKS.items():
            text = (Path(self.root) / lock).read_text(encoding="utf-8")
            file = self._folder / f"{name}.cdx.json"
            document = json.dumps(sbom(name, kind, self.metadata.version, text), indent=1) + "\n"
            file.write_text(document, encoding="utf-8", newline="\n")
            build_data["sbom_files"].append(str(file))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling after it has built the wheel."""
        shutil.rmtree(self._folder)
