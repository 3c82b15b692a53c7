"""A request for each reason of a denial: the check that finds it, and what it says."""

from authorizer.denial import Reason
from testkit.certificates import thumbprint
from testkit.signers import signer
from testkit.tokens import ABSENT, AUDIENCE, ISSUER, NOW, claims, header, sign, signing_input, token
from tests.authorizer import corpus

from .judged import KEY, PARTNER, ROUTE, good, headed

OTHER = signer("ES256", "second")

CASES: list[tuple[str, str, Reason, str]] = [
    ("", "header", Reason.MISSING_TOKEN, "as `Bearer <token>`"),
    ("Basic abc", "header", Reason.UNSUPPORTED_SCHEME, "as `Bearer <token>`"),
    ("x" * 9000, "size", Reason.TOKEN_TOO_LARGE, "9000 bytes; accepted: at most 8192"),
    ("garbage", "form", Reason.MALFORMED_TOKEN, "three parts"),
    (headed(jku="https://evil"), "form", Reason.FORBIDDEN_HEADER, "that contains no key"),
    (headed(typ="secevent+jwt"), "type", Reason.UNEXPECTED_TYPE, "typ is 'secevent+jwt'; accepted: 'at+jwt', 'jwt'"),
    (headed(kid="nobody"), "key", Reason.UNKNOWN_KEY, f"kid is 'nobody'; trusted: '{KEY.kid}'"),
    (headed(kid=ABSENT), "key", Reason.UNKNOWN_KEY, "kid is missing"),
    (headed(alg="HS256"), "algorithm", Reason.WRONG_ALGORITHM, "alg is 'HS256'; the key's own: ES256"),
    (sign(OTHER, signing_input(header(KEY), claims())), "signature", Reason.BAD_SIGNATURE, "a signature by this key"),
    (token(KEY, b"[]"), "payload", Reason.MALFORMED_TOKEN, "an object of strict JSON"),
    (good(iss="https://x"), "issuer", Reason.WRONG_ISSUER, f"iss is 'https://x'; trusted with this key: '{ISSUER}'"),
    (good(iss=ABSENT), "issuer", Reason.MISSING_CLAIM, "iss is missing"),
    (good(iss=["x"]), "issuer", Reason.MALFORMED_CLAIM, "iss is ['x']"),
    (good(aud=["x", "y"]), "audience", Reason.WRONG_AUDIENCE, f"aud is ['x', 'y']; accepted: '{AUDIENCE}'"),
    (good(aud=1), "audience", Reason.MALFORMED_CLAIM, "aud is 1"),
    (good(exp=NOW - 1), "times", Reason.EXPIRED, "now is 2027-01-15T08:00:00Z"),
    (good(exp=NOW - 1), "times", Reason.EXPIRED, "exp is 2027-01-15T07:59:59Z"),
    (good(nbf=NOW + 11), "times", Reason.NOT_YET_VALID, "nbf is 2027-01-15T08:00:11Z"),
    (good(iat=NOW + 11), "times", Reason.ISSUED_IN_FUTURE, "iat is 2027-01-15T08:00:11Z"),
    (good(iat=NOW + 11), "times", Reason.ISSUED_IN_FUTURE, "iat and nbf in the future by at most: 10 s"),
    (good(iat=NOW - 3601), "times", Reason.TOO_OLD, "maximum age (from iat): 3600 s"),
    (good(exp=NOW + 3600), "times", Reason.LIFETIME_TOO_LONG, "maximum lifetime (from iat to exp): 3600 s"),
    (good(exp="soon"), "times", Reason.MALFORMED_CLAIM, "exp is 'soon'"),
    (good(exp=ABSENT), "times", Reason.MISSING_CLAIM, "iat is 2027-01-15T07:59:00Z, nbf is"),
    (good(sub=""), "claims", Reason.MISSING_CLAIM, "sub is ''"),
    (good(jti=7), "claims", Reason.MALFORMED_CLAIM, "jti is 7"),
    (token(KEY, claims(tenant="c")), "claims", Reason.UNEXPECTED_VALUE, "tenant is 'c', accepted: 'a', 'b'"),
    (good(cnf={"jkt": "x"}), "claims", Reason.UNCHECKED_CONFIRMATION, "cnf is {'jkt': 'x'}"),
    (
        good(scope="orders:write"),
        "route",
        Reason.INSUFFICIENT_SCOPE,
        f"scope is 'orders:write', scp is missing; {ROUTE} requires all of 'orders:read'",
    ),
    (good(note="line\nbreak"), "context", Reason.MALFORMED_CLAIM, r"because of note, which is 'line\nbreak'; passed"),
    (good(note=["\u202e"]), "context", Reason.MALFORMED_CLAIM, r"because of note, which is ['\u202e']; passed"),
    (
        good(note="x" * 5000),
        "context",
        Reason.CONTEXT_TOO_LARGE,
        "more than 4096 characters; passed to the backend: 'iss', 'note', 'sub'",
    ),
    (
        token(PARTNER, claims(tenant="a")),
        "issuer",
        Reason.WRONG_ISSUER,
        f"iss is '{ISSUER}'; trusted with this key: 'https://partner'",
    ),
    (
        token(PARTNER, claims(tenant="a", iss="https://partner", aud="us", azp="web", client_id="cli")),
        "claims",
        Reason.WRONG_CLIENT,
        "because of client_id: sub is 'user-1'; tenant is 'a', accepted: 'a', 'b'; jti is '8f14e45f'; azp is 'web', "
        "accepted: 'web'; client_id is 'cli', accepted: 'web'",
    ),
    (
        token(PARTNER, claims(tenant="a", iss="https://partner", aud="us", azp="web", scope="orders:write")),
        "route",
        Reason.INSUFFICIENT_SCOPE,
        f"given by scope, scp: missing; {ROUTE} requires all of 'orders:read'; scopes that the issuer may give: 'orders:read'",
    ),
]

CLIENT, OTHER_CLIENT = corpus.bound_tokens.certificates()
BOUND = {"x5t#S256": thumbprint(CLIENT)}
BOUND_CASES: list[tuple[str, object, str | None, Reason | None, str]] = [
    (
        "required",
        BOUND,
        CLIENT,
        None,
        f"cnf is {BOUND}; accepted: x5t#S256 and nothing else; that of the certificate is",
    ),
    (
        "required",
        BOUND,
        OTHER_CLIENT,
        Reason.WRONG_CERTIFICATE,
        f"the certificate is {thumbprint(OTHER_CLIENT)!r}; tokens",
    ),
    (
        "required",
        BOUND,
        None,
        Reason.MISSING_CERTIFICATE,
        "there is no certificate (--client-certificate); tokens without",
    ),
    ("required", {**BOUND, "jkt": "x"}, CLIENT, Reason.UNCHECKED_CONFIRMATION, "'jkt': 'x'}; accepted: x5t#S256 and"),
    ("required", ABSENT, CLIENT, Reason.UNBOUND_TOKEN, "cnf is missing; accepted: x5t#S256 and nothing else"),
    ("accepted", ABSENT, None, None, "tokens without cnf are accepted, too"),
]
