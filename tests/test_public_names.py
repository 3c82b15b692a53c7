"""What the packages offer to those who import them: the names in ``__all__``."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import authorizer
import cli.audit
import components
import issuer
import issuer.errors
from testkit.signers import signer
from tests.authorizer.documents import document
from tests.authorizer.package import make_package


def test_the_verifier_and_what_it_raises() -> None:
    assert authorizer.__all__ == ["ConfigError", "Denied", "Reason", "Verifier"]
    with pytest.raises(authorizer.ConfigError):
        authorizer.Verifier({})
    with pytest.raises(authorizer.Denied) as denied:
        authorizer.Verifier(document(signer("ES256"))).verify("x")
    assert denied.value.reason is authorizer.Reason.MALFORMED_TOKEN


def test_the_signer_and_every_error_that_it_raises() -> None:
    classes = inspect.getmembers(issuer.errors, inspect.isclass)
    errors = {name for name, value in classes if issubclass(value, issuer.IssuerError)}

    assert len(errors) > 5
    assert errors | {"KmsSigner", "KmsAlgorithm", "SigningKey"} == set(issuer.__all__)


@pytest.mark.parametrize("package", [authorizer, cli.audit, components, issuer], ids=lambda package: package.__name__)
def test_the_names_are_there_and_documented(package: ModuleType) -> None:
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name).__doc__, name


_MODULES = """
import sys, types
sys.path.insert(0, sys.argv[1])
if sys.argv[2] == "without":
    package = types.ModuleType("authorizer")
    package.__path__ = [sys.argv[1] + "/authorizer"]
    sys.modules["authorizer"] = package
import authorizer.handler
modules = sorted(sys.modules)
import json
print(json.dumps(modules))
"""


def test_the_handler_imports_nothing_for_their_sake(tmp_path: Path) -> None:
    """A cold start has the same modules as if ``authorizer/__init__.py`` were empty."""
    package = make_package(tmp_path, document(signer("ES512")))
    modules = {}
    for names in ("with", "without"):
        command = [sys.executable, "-c", _MODULES, str(package), names]
        modules[names] = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=package).stdout)

    assert modules["with"] == modules["without"]
    assert "authorizer.verifier" in modules["with"]
