"""Inputs for property tests of certificate-bound tokens, and what must hold for all of them."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from hypothesis import strategies as st

from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.encoding import base64url
from testkit.signers import signer
from testkit.tokens import claims, token

from .documents import document
from .gateway_events import presented
from .inputs import JSON
from .observing import ObservedAuthorizer

_KEY = signer("ES256")
_AUTHORITY = Authority("Example CA")
_PEMS = [certificate_of(_AUTHORITY.issue("client", number)) for number in (1, 2)]
_THUMBPRINTS = [thumbprint(pem) for pem in _PEMS]


@st.composite
def _changed(draw: st.DrawFn, texts: list[str]) -> str:
    """One of ``texts``, with something taken out or put in, or as it is."""
    text = draw(st.sampled_from(texts))
    if draw(st.booleans()):
        return text
    at = draw(st.integers(0, len(text)))
    taken, put = draw(st.sampled_from([0, 0, 0, 1, 64])), draw(st.sampled_from(["", "", "", *_PUT]))
    return text[:at] + put + text[at + taken :]


_PUT = ("\n", "\r\n", " ", "=", "A", "-", "_", "\0", "\u00e9", "-----END CERTIFICATE-----", *_PEMS)


def _certificates(pems: list[str]) -> st.SearchStrategy[object]:
    """What the event may contain as the certificate."""
    return st.one_of(_changed(pems), _changed(pems), _changed(pems), st.text(max_size=80), JSON)


def _confirmations(thumbprints: list[str]) -> st.SearchStrategy[object]:
    """What a token may contain as ``cnf``."""
    return st.one_of(
        *[st.builds(lambda text: {"x5t#S256": text}, _changed(thumbprints))] * 3,
        st.builds(lambda text, more: {"x5t#S256": text, **more}, st.sampled_from(thumbprints), st.just({"jkt": "x"})),
        st.builds(lambda value: {"x5t#S256": value}, JSON),
        JSON,
    )


PAIRS = st.one_of(
    st.tuples(_confirmations(_THUMBPRINTS), _certificates(_PEMS)),
    *[st.tuples(_confirmations([name]), _certificates([pem])) for name, pem in zip(_THUMBPRINTS, _PEMS, strict=True)],
)
"""A ``cnf`` and a certificate: of any two, or of the same one, so that they often match but for what is changed."""


class BoundProperties:
    """The authorizer, and a parser of certificates."""

    def __init__(self) -> None:
        self._authorizer = ObservedAuthorizer(document(_KEY, bound_tokens="required"))

    def check(self, cnf: object, certificate: object) -> bool:
        """Whether a token with ``cnf`` is allowed with ``certificate``; only if a parser finds one certificate of that hash."""
        observed = self._authorizer.decide(presented(token(_KEY, claims(cnf=cnf)), certificate))

        allowed = observed.response["isAuthorized"]
        assert observed.reason != "internal_error"
        if allowed:
            assert isinstance(certificate, str)
            (parsed,) = x509.load_pem_x509_certificates(certificate.encode())
            assert cnf == {"x5t#S256": base64url(parsed.fingerprint(hashes.SHA256()))}
        return allowed
