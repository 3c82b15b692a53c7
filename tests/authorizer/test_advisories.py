"""One test per advisory of other libraries, and per defect seen in them: what happened there does not happen here."""

import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authorizer.algorithms import InvalidKey
from authorizer.config import ConfigError
from authorizer.denial import Denied, Reason
from authorizer.keys import ALGORITHMS, load_key
from authorizer.verifier import Verifier
from testkit.encoding import base64url, compact_json, from_base64url
from testkit.signers import signer
from testkit.tokens import ABSENT, ISSUER, NOW, claims, header, sign, signing_input, token

from .documents import document
from .fake_kms import FakeKms
from .gateway_events import bearer
from .observing import ObservedAuthorizer
from .test_kms_keys import source

EC, RSA, ED = signer("ES512"), signer("RS256"), signer("EdDSA")
STRANGER = signer("ES512", "stranger")


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(document(EC, RSA, ED))


def reason_of(verifier: Verifier, candidate: str) -> Reason:
    with pytest.raises(Denied) as denied:
        verifier.verify(candidate, now=NOW)
    return denied.value.reason


def hmac_token(key: Any, secret: bytes, **changes: object) -> str:
    unsigned = signing_input(header(key, alg="HS256", **changes), claims())
    return f"{unsigned}.{base64url(hmac.digest(secret, unsigned.encode(), 'sha256'))}"


class TestPyJwt:
    """https://github.com/jpadilla/pyjwt"""

    @pytest.mark.parametrize("key", [EC, RSA, ED])
    def test_cve_2022_29217_ssh_key_as_hmac_secret(self, verifier: Verifier, key: Any) -> None:
        ssh = key.private_key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)

        assert reason_of(verifier, hmac_token(key, ssh)) == Reason.WRONG_ALGORITHM
        assert not any(alg.startswith("HS") for alg in ALGORITHMS)

    def test_cve_2024_53861_issuer_matched_in_part(self, verifier: Verifier) -> None:
        """GHSA-75c5-xw7c-p5pm: ``in`` on text finds "acme" in "_acme_"."""
        for issuer in (ISSUER[:-1], ISSUER[1:], "https://", "", "e"):
            assert reason_of(verifier, token(EC, claims(iss=issuer))) == Reason.WRONG_ISSUER
        with pytest.raises(ConfigError, match="issuers: must be a list"):
            Verifier(document(EC, issuers=ISSUER))

    def test_cve_2025_45768_short_keys(self) -> None:
        weak = {**RSA.jwk, "n": base64url((2**1023 + 1).to_bytes(128))}

        with pytest.raises(InvalidKey, match="2048"):
            load_key(weak)

    def test_cve_2026_32597_unknown_crit(self, verifier: Verifier) -> None:
        """GHSA-752w-5fwx-jx9f, and CVE-2025-59420 in Authlib, GHSA-hm7r-c7qw-ghp6 in fast-jwt, python-jose's issue 413."""
        for crit in (["x"], ["exp"], [], "x", None):
            assert reason_of(verifier, token(EC, None, header(EC, crit=crit, x=1))) == Reason.FORBIDDEN_HEADER

    @pytest.mark.parametrize("key", [EC, RSA, ED])
    def test_cve_2026_48526_jwk_text_as_hmac_secret(self, verifier: Verifier, key: Any) -> None:
        """GHSA-xgmm-8j9v-c9wx."""
        for secret in (
            json.dumps(key.jwk).encode(),
            compact_json(key.jwk),
            json.dumps(key.jwk, sort_keys=True).encode(),
        ):
            assert reason_of(verifier, hmac_token(key, secret)) == Reason.WRONG_ALGORITHM

    def test_cve_2026_48523_alg_not_bound_to_the_key(self, verifier: Verifier) -> None:
        """GHSA-jq35-7prp-9v3f: an allow-list says nothing of which key is for which algorithm."""
        other_scheme = signer("PS256")
        unsigned = signing_input(header(RSA, alg="PS256"), claims())

        assert reason_of(verifier, sign(other_scheme, unsigned)) == Reason.WRONG_ALGORITHM
        assert reason_of(verifier, token(EC, None, header(EC, alg="RS256", kid=EC.kid))) == Reason.WRONG_ALGORITHM

    def test_cve_2026_48522_keys_from_any_url(self, verifier: Verifier) -> None:
        """GHSA-993g-76c3-p5m4. ``test_isolation`` watches the sockets."""
        for url in ("file:///etc/passwd", "ftp://192.0.2.1/", "data:,x", "https://192.0.2.1/"):
            assert reason_of(verifier, token(EC, None, header(EC, jku=url))) == Reason.FORBIDDEN_HEADER
            with pytest.raises(ConfigError, match="jwks_uri: unknown field"):
                Verifier(document(EC, jwks_uri=url))

    def test_cve_2026_48524_keys_lost_by_a_failed_refresh(self) -> None:
        """GHSA-fhv5-28vv-h8m8."""
        kms = FakeKms(a=EC)
        keys = source(kms, ("a", "ES512"))
        kms.hang()
        kms.now += 600

        assert keys.verifier().verify(token(EC), now=NOW)

    def test_cve_2026_48525_work_on_an_unencoded_payload(self, verifier: Verifier) -> None:
        """GHSA-w7vc-732c-9m39: what is too large is not decoded, and b64 is not understood."""
        assert reason_of(verifier, token(EC, b"x" * 100_000, header(EC, b64=False))) == Reason.TOKEN_TOO_LARGE
        assert reason_of(verifier, token(EC, None, header(EC, b64=False, crit=["b64"]))) == Reason.FORBIDDEN_HEADER

    @pytest.mark.parametrize("junk", ["!", "*", "\n", " ", "=", "%", "~"])
    def test_ghsa_hxm8_2xgr_2p9m_junk_in_base64url(self, verifier: Verifier, junk: str) -> None:
        head, payload, signature = token(EC).split(".")

        for candidate in (
            f"{head}.{payload}.{signature[:10]}{junk}{signature[10:]}",
            sign(EC, f"{head}.{payload[:8]}{junk}{payload[8:]}"),
            sign(EC, f"{head[:8]}{junk}{head[8:]}.{payload}"),
        ):
            assert reason_of(verifier, candidate) == Reason.MALFORMED_TOKEN

    @pytest.mark.parametrize("payload", [{"exp": 10**400}, {"exp": 1e308}, {"nbf": []}, {"iat": None}])
    def test_dates_that_crashed_2_12(self, verifier: Verifier, payload: dict[str, object]) -> None:
        """TypeError and OverflowError came out of ``decode``."""
        assert reason_of(verifier, token(EC, claims(**payload))) == Reason.MALFORMED_CLAIM

    def test_an_infinite_date_that_crashed_2_12(self, verifier: Verifier) -> None:
        text = json.dumps(claims(exp=float("inf"))).replace("Infinity", "1e999").encode()

        assert reason_of(verifier, token(EC, text)) == Reason.MALFORMED_TOKEN

    def test_recursion_error_before_the_signature(self, verifier: Verifier) -> None:
        """2.12 crashed on nested JSON from any sender."""
        for text in (b"[" * 5000, b'{"a":' * 1200):
            assert reason_of(verifier, f"{base64url(text)}.e30.AA") == Reason.MALFORMED_TOKEN

    @pytest.mark.parametrize("field", ["issuers", "audiences"])
    def test_none_does_not_switch_a_check_off(self, field: str) -> None:
        """``audience=None`` takes tokens that have no ``aud``, ``issuer=None`` those of any issuer."""
        nothing: tuple[object, ...] = (None, [], "")
        for value in nothing:
            with pytest.raises(ConfigError, match=rf"^{field}: "):
                Verifier(document(EC, **{field: value}))

    def test_a_kid_that_breaks_the_line_of_a_log(self) -> None:
        """PyJWKClient's exception quotes the ``kid`` that it cannot find."""
        forged = token(EC, None, header(EC, kid='x"}\n{"Reason":"allowed"}'))

        denied = ObservedAuthorizer(document(EC)).decide(bearer(forged))

        assert denied.record["kid"] is None
        assert denied.reason == "unknown_key"


class TestOtherLibraries:
    """golang-jwt, jwt-go, joserfc, Authlib, python-jose, node-jose, Java."""

    @pytest.mark.parametrize("count", [3, 1000, 8000])
    def test_cve_2025_30204_a_part_for_every_dot(self, verifier: Verifier, count: int) -> None:
        """golang-jwt: as many strings as dots. ``count`` and ``partition`` make three, and only where there are two dots."""
        assert reason_of(verifier, "." * count) == Reason.MALFORMED_TOKEN

    def test_cve_2024_51744_two_errors_at_once(self, verifier: Verifier) -> None:
        """golang-jwt: expired and forged, and callers looked for "expired" only. One denial has one reason, the first."""
        forged = token(STRANGER, claims(exp=1), header(EC))

        assert reason_of(verifier, forged) == Reason.BAD_SIGNATURE

    def test_cve_2020_26160_an_empty_list_of_audiences(self, verifier: Verifier) -> None:
        for aud in ([], [""], "", ABSENT, None):
            with pytest.raises(Denied):
                verifier.verify(token(EC, claims(aud=aud)), now=NOW)

    def test_cve_2025_65015_the_token_in_the_error(self) -> None:
        """joserfc: the message of a size error carried all of it."""
        large = token(EC, claims(filler="m4rk3r" * 2000))

        denied = ObservedAuthorizer(document(EC)).decide(bearer(large))

        assert denied.reason == "token_too_large"
        assert large[:20] not in denied.output
        assert len(denied.output) < 600

    def test_ghsa_wphv_vfrh_23q5_b64_and_no_limit(self, verifier: Verifier) -> None:
        """joserfc: unencoded payloads were not measured. Here the size is judged before anything is read."""
        head = base64url(compact_json(header(EC, b64=False, crit=["b64"])))

        assert reason_of(verifier, f"{head}.{'x' * 10_000}.AA") == Reason.TOKEN_TOO_LARGE

    @pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
    @pytest.mark.parametrize("key", [EC, RSA, ED])
    def test_cve_2024_37568_and_cve_2024_33663_public_key_as_hmac_secret(
        self, verifier: Verifier, key: Any, encoding: Encoding
    ) -> None:
        """Authlib and python-jose, whose check for PEM let DER through (its issue 414)."""
        public = key.private_key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)

        for secret in (public, public.rstrip(b"\n"), b""):
            assert reason_of(verifier, hmac_token(key, secret)) == Reason.WRONG_ALGORITHM
            assert reason_of(verifier, hmac_token(key, secret, kid=ABSENT)) == Reason.UNKNOWN_KEY

    def test_cve_2024_33664_a_bomb_of_compressed_claims(self, verifier: Verifier) -> None:
        """python-jose. A JWE has five parts, and nothing is ever inflated."""
        jwe_header = base64url(compact_json({"alg": "dir", "enc": "A256GCM", "zip": "DEF", "kid": EC.kid}))

        assert reason_of(verifier, f"{jwe_header}..AAAA.AAAA.AAAA") == Reason.MALFORMED_TOKEN
        assert reason_of(verifier, token(EC, b"x", header(EC, zip="DEF"))) == Reason.FORBIDDEN_HEADER

    @pytest.mark.parametrize("alg", ["ES256", "ES384", "ES512", "ES256K"])
    def test_cve_2022_21449_psychic_signatures(self, alg: str) -> None:
        key = signer(alg)
        unsigned = signing_input(header(key), claims(sub="administrator"))
        zeros = base64url(bytes(2 * key.coordinate_size))

        assert reason_of(Verifier(document(key)), f"{unsigned}.{zeros}") == Reason.BAD_SIGNATURE

    def test_cve_2018_0114_the_key_in_the_token(self, verifier: Verifier) -> None:
        for kid in (EC.kid, STRANGER.kid, ABSENT):
            forged = token(STRANGER, claims(), header(STRANGER, kid=kid, jwk=STRANGER.jwk))
            assert reason_of(verifier, forged) == Reason.FORBIDDEN_HEADER

    def test_cve_2015_9235_none(self, verifier: Verifier) -> None:
        unsigned = signing_input(header(EC, alg="none"), claims())

        assert reason_of(verifier, f"{unsigned}.") == Reason.WRONG_ALGORITHM


class TestDefectsSeenByReading:
    """Of verifiers that do the same job as this one."""

    def test_a_key_without_alg(self) -> None:
        """aws-jwt-verify binds ``alg`` only where the JWK names one: RS256 was verified with a P-521 key."""
        unbound = {member: value for member, value in EC.jwk.items() if member != "alg"}

        with pytest.raises(InvalidKey, match="alg must be one of"):
            load_key(unbound)
        with pytest.raises(InvalidKey, match="kty must be RSA"):
            load_key({**EC.jwk, "alg": "RS256"})

    @pytest.mark.parametrize("size", [0, 1, 65, 66, 131, 133, 264])
    def test_short_signatures_do_not_panic(self, verifier: Verifier, size: int) -> None:
        """jwt-go-aws-kms cuts a signature in halves before it has measured it."""
        unsigned = token(EC).rpartition(".")[0]

        assert reason_of(verifier, f"{unsigned}.{base64url(bytes(size))}") == Reason.BAD_SIGNATURE

    def test_a_key_is_known_by_itself_and_not_by_its_alias(self) -> None:
        """jwt-go-aws-kms keeps what an alias once named, for ever."""
        kms = FakeKms(a=EC)
        keys = source(kms, ("a", "ES512"))
        kms.keys["a"] = STRANGER
        kms.now += 600

        assert reason_of(keys.verifier(), token(EC)) == Reason.UNKNOWN_KEY
        assert keys.verifier().verify(token(STRANGER), now=NOW)

    def test_one_method_for_all_keys_of_a_kind(self) -> None:
        """golang-jwt's ``none`` aside, a header that picks RS or PS picks how an RSA key is used."""
        ps256 = Verifier(document(signer("PS256")))

        assert (
            reason_of(ps256, token(signer("PS256"), None, header(signer("PS256"), alg="RS256")))
            == Reason.WRONG_ALGORITHM
        )

    def test_a_token_without_exp(self, verifier: Verifier) -> None:
        """The Go authorizer before this one let it live for ever, and never looked at ``iss`` and ``aud``."""
        for name in ("exp", "iss", "aud"):
            assert reason_of(verifier, token(EC, claims(**{name: ABSENT}))) == Reason.MISSING_CLAIM

    @pytest.mark.parametrize("authorization", ["Bearer \u00e9", "\u00e9" * 8, "Bearer", "Beare\u0301"])
    def test_a_header_cut_within_a_character(self, authorization: str) -> None:
        """oidc-authorizer cut seven octets off, and panicked where they end within a character."""
        event = bearer("x")
        event["headers"]["authorization"] = authorization

        assert ObservedAuthorizer(document(EC)).decide(event).response["isAuthorized"] is False

    def test_the_token_in_the_log_of_a_failure(self) -> None:
        """oidc-authorizer logged it together with the header."""
        forged = token(STRANGER, None, header(EC))

        output = ObservedAuthorizer(document(EC)).decide(bearer(forged)).output

        assert not any(part in output for part in forged.split("."))

    @pytest.mark.parametrize("field", ["issuers", "audiences", "token_types", "required_claims", "context_claims"])
    def test_text_where_a_list_belongs(self, field: str) -> None:
        """joserfc's ``values="abc"`` finds "b" in it."""
        with pytest.raises(ConfigError, match=rf"^{field}: must be a list"):
            Verifier(document(EC, **{field: "orders"}))

    def test_true_in_quotes(self) -> None:
        """An emulator took the text "false" for true: what we answer is a boolean."""
        authorizer = ObservedAuthorizer(document(EC))

        assert authorizer.decide(bearer(token(EC))).response["isAuthorized"] is True
        assert authorizer.decide(bearer("x")).response["isAuthorized"] is False

    def test_a_signature_whose_half_begins_with_zeros(self) -> None:
        """One in 256 was a byte short where the DER of KMS was turned into r and s without padding."""
        key, verifier = signer("ES256"), Verifier(document(signer("ES256")))

        for number in range(2000):
            candidate = token(key, claims(jti=str(number)))
            signature = from_base64url(candidate.rpartition(".")[2])
            if 0 in (signature[0], signature[32]):
                assert verifier.verify(candidate, now=NOW)
                return
        pytest.fail("no such signature in two thousand")
