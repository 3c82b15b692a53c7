"""From KMS's signatures to those of a JWS."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from components.kms.algorithms import ALGORITHMS as COMPONENT_ALGORITHMS
from issuer.algorithms import ALGORITHMS, default_algorithm, jws_signature


@pytest.mark.parametrize(("alg", "width"), [("ES256", 32), ("ES384", 48), ("ES512", 66), ("ES256K", 32)])
@pytest.mark.parametrize(("r", "s"), [(1, 1), (2**200, 255), (2**255 - 1, 2**128)])
def test_short_integers_get_their_leading_zeros_back(alg: str, width: int, r: int, s: int) -> None:
    signature = jws_signature(ALGORITHMS[alg], encode_dss_signature(r, s))

    assert len(signature) == 2 * width
    assert int.from_bytes(signature[:width]) == r
    assert int.from_bytes(signature[width:]) == s


def test_other_signatures_stay_as_they_are() -> None:
    assert jws_signature(ALGORITHMS["RS256"], b"\x00signature") == b"\x00signature"


def test_the_issuer_and_the_components_agree_on_kms() -> None:
    assert ALGORITHMS.keys() == COMPONENT_ALGORITHMS.keys()
    for alg, algorithm in ALGORITHMS.items():
        assert COMPONENT_ALGORITHMS[alg].signing_algorithm == algorithm.kms_name
        assert COMPONENT_ALGORITHMS[alg].key_spec in algorithm.key_specs


def test_defaults_by_key_spec() -> None:
    assert default_algorithm("ECC_NIST_P521") == "ES512"
    assert default_algorithm("ECC_SECG_P256K1") == "ES256K"
    assert default_algorithm("RSA_4096") == "RS512"
    assert default_algorithm("SM2") is None
    assert default_algorithm("HMAC_256") is None
