"""With pinned keys there is no network and no AWS SDK, and the init imports next to nothing."""

from pathlib import Path

import pytest

from testkit.encoding import compact_json
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import claims, header, sign, signing_input, token

from .documents import document
from .gateway_events import bearer, recorded
from .package import Run, make_package, run

pytestmark = pytest.mark.slow

KEY = signer("ES512")

HEAVY = {
    *("boto3", "botocore", "jwt", "joserfc", "urllib3", "requests", "pulumi"),
    *("hashlib", "hmac", "_hashlib", "ssl", "_ssl", "socket", "_socket", "http.client", "urllib.request", "asyncio"),
    *("logging", "pathlib", "dataclasses", "inspect", "subprocess", "email", "datetime", "uuid", "decimal"),
    *("cryptography.x509", "cryptography.hazmat.primitives.serialization"),
}
"""What would cost more than it gives, or could reach out."""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A process that has met tokens which ask for keys to be fetched, and ten thousand unknown kids."""
    package = make_package(tmp_path_factory.mktemp("package"), document(KEY))
    fetches = [
        token(KEY, token_header=header(KEY, **{name: f"http://192.0.2.1/{name}"}))
        for name in ("jku", "x5u", "jwk", "x5c")
    ]
    unknown = [f"{signing_input(header(KEY, kid=f'kid-{number}'), b'{}')}.AAAA" for number in range(10_000)]
    stranger = signer("ES512", "stranger")
    unsigned = signing_input(header(stranger, kid="http://192.0.2.1/keys"), compact_json({}))
    good = token(KEY, claims(iat=0, nbf=0, exp=253402300799))
    events = [bearer(candidate) for candidate in (*fetches, *unknown, sign(stranger, unsigned), good)]
    return run(package, [*events, recorded("payload_1_0", good), None])


def test_no_socket_is_opened(attacked: Run) -> None:
    assert attacked.touched == []
    reasons = {line["Reason"] for line in attacked.lines}
    assert reasons == {"forbidden_header", "unknown_key", "allowed", "malformed_event"}


def test_the_init_imports_no_aws_sdk_and_nothing_heavy(attacked: Run) -> None:
    assert attacked.imported & HEAVY == set()
    assert not {module for module in attacked.imported if module.split(".")[0] in HEAVY}
    assert not {
        module
        for module in attacked.imported
        if module.startswith(("authorizer.denylist", "authorizer.kms", "authorizer.runtime_keys"))
    }


def test_requests_import_nothing_at_all(attacked: Run) -> None:
    assert {module for module in attacked.later if module != "json" and not module.startswith("encodings.")} == set()


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_only_the_algorithms_in_use_are_imported(alg: str, tmp_path: Path) -> None:
    result = run(make_package(tmp_path, document(signer(alg))), [bearer("x")])

    families = {"authorizer.algorithms." + family for family in ("ecdsa", "eddsa", "mldsa", "rsassa")}
    assert len(result.imported & families) == 1
    assert result.imported & HEAVY == set()
