"""Checking the claims of a token whose signature has been verified (RFC 7519 section 4.1, RFC 9068 section 4)."""

from collections.abc import Callable, Mapping

from .denial import Denied, Reason
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .certificate_binding import CertificateBinding

Claims = Mapping[str, object]
"""The claims of a token whose signature has been verified."""

CLOCK_TOLERANCE_SECONDS = 10
"""How far in the future ``iat`` and ``nbf`` may be by default, to allow for clock skew. This does not extend any token's
lifetime (FAPI 2.0 Security Profile, section 5.3.2.1 and its note on clock skew: accept up to 10 seconds in the future)."""

LAST_DATE = 253402300799
"""9999-12-31T23:59:59Z, in seconds since the epoch: a later date is a mistake, such as milliseconds."""

CLIENT_CLAIMS = ("azp", "client_id", "cid", "appid")
"""The claims with the client that requested a token: OpenID Connect Core 1.0 section 2, RFC 8693 section 4.3, Okta, and
Microsoft Entra ID's version 1.0."""


class ClaimRules(Record):
    """The rules that the claims of a token must satisfy."""

    __slots__ = (
        "audience_claim",
        "audiences",
        "binding",
        "client_ids",
        "expected_claims",
        "issuers",
        "leeway_seconds",
        "max_token_age_seconds",
        "max_token_lifetime_seconds",
        "required_claims",
    )

    def __init__(
        self,
        issuers: frozenset[str],
        audiences: frozenset[str],
        required_claims: tuple[str, ...],
        expected_claims: Mapping[str, tuple[object, ...]],
        leeway_seconds: int | None,
        max_token_age_seconds: int | None,
        max_token_lifetime_seconds: int | None,
        audience_claim: str = "aud",
        client_ids: frozenset[str] | None = None,
        binding: "CertificateBinding | None" = None,
    ) -> None:
        self.issuers = issuers
        """Accepted ``iss`` values, compared exactly."""
        self.audiences = audiences
        """Accepted ``aud`` values, compared exactly; one match suffices."""
        self.required_claims = required_claims
        """Claims that must be present, and neither null nor empty."""
        self.expected_claims = expected_claims
        """Claims that must equal one of the given values, including its type, or be a list that contains one of them."""
        self.leeway_seconds = leeway_seconds
        """Clock skew accepted for every date. ``None``: ``CLOCK_TOLERANCE_SECONDS`` for ``iat`` and ``nbf`` in the future, and
        0 for ``exp``."""
        self.max_token_age_seconds = max_token_age_seconds
        """How long after ``iat`` a token is accepted. ``None``: until ``exp``."""
        self.max_token_lifetime_seconds = max_token_lifetime_seconds
        """The maximum of ``exp`` minus ``iat``. ``None``: unlimited."""
        self.audience_claim = audience_claim
        """The claim with the audience; some issuers use another one (Amazon Cognito's access tokens, ``client_id``)."""
        self.client_ids = client_ids
        """The clients whose tokens are accepted; at least one of ``CLIENT_CLAIMS`` must say which one it is. ``None``: any."""
        self.binding = binding
        """How ``cnf`` is checked, which requires the request and not only the claims. ``None``: a token with it is denied."""


def check_claims(claims: Claims, rules: ClaimRules, now: float) -> None:
    """Raise ``Denied`` for the first rule that ``claims`` violate at ``now`` (seconds since the epoch)."""
    for _, check in CHECKS:
        check(claims, rules, now)


def _check_issuer(claims: Claims, rules: ClaimRules, _: float) -> None:
    if _string(claims, "iss") not in rules.issuers:
        raise Denied(Reason.WRONG_ISSUER, claim="iss")


def _check_audience(claims: Claims, rules: ClaimRules, _: float) -> None:
    aud = _present(claims, rules.audience_claim)
    if isinstance(aud, str):
        aud = [aud]
    elif not isinstance(aud, list) or not all(isinstance(value, str) for value in aud):
        raise Denied(Reason.MALFORMED_CLAIM, claim=rules.audience_claim)
    if rules.audiences.isdisjoint(aud):
        raise Denied(Reason.WRONG_AUDIENCE, claim=rules.audience_claim)


def _check_times(claims: Claims, rules: ClaimRules, now: float) -> None:
    leeway = rules.leeway_seconds
    leeway, ahead = (0, CLOCK_TOLERANCE_SECONDS) if leeway is None else (leeway, leeway)
    exp = int(_numeric_date(claims, "exp"))  # truncated as PyJWT does, so that both agree on when a token expires
    if not now < exp + leeway:  # "on or after", RFC 7519 section 4.1.4; written so that a NaN ``now`` denies, too
        raise Denied(Reason.EXPIRED, claim="exp")
    if "nbf" in claims and now < _numeric_date(claims, "nbf") - ahead:
        raise Denied(Reason.NOT_YET_VALID, claim="nbf")
    max_age, max_lifetime = rules.max_token_age_seconds, rules.max_token_lifetime_seconds
    if "iat" in claims or max_age is not None or max_lifetime is not None:
        iat = _numeric_date(claims, "iat")
        if iat > now + ahead:
            raise Denied(Reason.ISSUED_IN_FUTURE, claim="iat")
        if max_age is not None and now - iat > max_age + leeway:
            raise Denied(Reason.TOO_OLD, claim="iat")
        if max_lifetime is not None and exp - iat > max_lifetime:
            raise Denied(Reason.LIFETIME_TOO_LONG, claim="exp")


def _check_others(claims: Claims, rules: ClaimRules, _: float) -> None:
    for name in ("sub", "jti"):  # RFC 7519 sections 4.1.2 and 4.1.7
        if name in claims:
            _string(claims, name)
    for name in rules.required_claims:
        if claims.get(name) in (None, "", [], {}):
            raise Denied(Reason.MISSING_CLAIM, claim=name)
    for name, values in rules.expected_claims.items():
        _check_value(claims, name, values)
    if rules.client_ids is not None:
        _check_client(claims, rules.client_ids)
    # Without proof of possession it would be a bearer token (RFC 7800 section 1, RFC 9449 section 7.2).
    if "cnf" in claims and rules.binding is None:
        raise Denied(Reason.UNCHECKED_CONFIRMATION, claim="cnf")


CHECKS: tuple[tuple[str, Callable[[Claims, ClaimRules, float], None]], ...] = (
    ("issuer", _check_issuer),
    ("audience", _check_audience),
    ("times", _check_times),
    ("claims", _check_others),
)
"""The checks of the claims, by name, in order; each raises ``Denied``. The last one covers all other claims."""


def _check_value(claims: Claims, name: str, expected: tuple[object, ...]) -> None:
    value = _present(claims, name)
    values = value if isinstance(value, list) else [value]
    # The type must match as well: in Python, 1, 1.0 and True are equal.
    if not any(type(item) is type(candidate) and item == candidate for item in values for candidate in expected):
        raise Denied(Reason.UNEXPECTED_VALUE, claim=name)


def _check_client(claims: Claims, client_ids: frozenset[str]) -> None:
    """Every claim that names the client must name an accepted one: which of them is authoritative differs by issuer."""
    present = [name for name in CLIENT_CLAIMS if name in claims]
    if not present:
        raise Denied(Reason.MISSING_CLAIM, claim="client_id")
    for name in present:
        if _string(claims, name) not in client_ids:
            raise Denied(Reason.WRONG_CLIENT, claim=name)


def _present(claims: Claims, name: str) -> object:
    if name not in claims:
        raise Denied(Reason.MISSING_CLAIM, claim=name)
    return claims[name]


def _string(claims: Claims, name: str) -> str:
    value = _present(claims, name)
    if not isinstance(value, str):
        raise Denied(Reason.MALFORMED_CLAIM, claim=name)
    return value


def _numeric_date(claims: Claims, name: str) -> int | float:
    """Seconds since the epoch (RFC 7519 section 2). A boolean, a string of digits or an infinity is not a date."""
    value = _present(claims, name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST_DATE:
        raise Denied(Reason.MALFORMED_CLAIM, claim=name)
    return value
