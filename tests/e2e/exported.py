"""What the emulator has deployed, as `pulumi stack export` writes a deployment to AWS."""

import io
import zipfile
from typing import Any

from emulator.archives import Package
from emulator.deployment import Deployment

_KIND = "4dabf18193072939515e22adb298388d"
_ASSET, _ARCHIVE = "c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"


def export(deployment: Deployment) -> dict[str, Any]:
    """The document, with every resource that is deployed."""
    resources = [
        {
            "urn": item.urn,
            "custom": True,
            "id": item.id,
            "type": item.type,
            "inputs": _written(item.inputs),
            "outputs": _written({**item.inputs, **item.outputs}),
        }
        for item in deployment.resources.values()
    ]
    return {"version": 3, "deployment": {"manifest": {"version": "v3.272.0"}, "resources": resources}}


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _written(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_written(item) for item in value]
    return _archive(value) if isinstance(value, Package) else value


def _archive(package: Package) -> dict[str, Any]:
    """What was written as text is in the document, and of what is in a folder only the hash."""
    with zipfile.ZipFile(io.BytesIO(package.pack())) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith("config.json")}
    assets = {name: {_KIND: _ASSET, "hash": "0" * 64, "text": text} for name, text in texts.items()}
    folder = {_KIND: _ARCHIVE, "hash": package.digest, "path": "package"}
    return {_KIND: _ARCHIVE, "hash": package.digest, "assets": {".": folder, **assets}}
