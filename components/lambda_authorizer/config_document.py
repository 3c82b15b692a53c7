"""``config.json`` for known arguments, validated by the authorizer's code; errors name the argument that they come from.

For example ``trusted_issuers[0].jwks: keys[1] ('2026-11'): kid '2026-11' is used twice: a kid names one key``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..contract import CONTRACT_VERSION, MAX_PUBLISHED_KEYS, judge, own_keys, published_keys, usable_keys
from ..faults import Faults
from ..kms.algorithms import DEFAULT_ALGORITHM
from ..kms.jwk import Jwk
from ..kms.jwks import InvalidJwks, key_list, named, public_keys
from .argument_paths import Path, argument_of
from .config_stand_ins import stand_in_jwks
from .inputs import KmsKeyArgs, RouteScopesArgs, TrustedTokens
from .trusted_issuers import REFRESH_FIELDS, RULES, TrustedIssuerArgs, algorithms_of, is_refreshed, names_of


class ConfigDocument(NamedTuple):
    """``config.json``, and the warnings about it."""

    text: str
    warnings: list[str]
    """Each with the path of the argument."""


def config_document(
    tokens: TrustedTokens, routes: Mapping[str, RouteScopesArgs] | None, faults: Faults, routes_input: str
) -> ConfigDocument:
    """The document for ``tokens``, which contain no Outputs, and ``routes``, the closed list of routes, if any.

    What the authorizer would reject is recorded in ``faults``; errors in the routes at ``routes_input``, the name of their
    argument. The document must not be used then.
    """
    keys = _Keys(faults)
    document: dict[str, object] = {
        "version": CONTRACT_VERSION,
        "issuers": [tokens["issuer"]],
        "audiences": tokens["audience"],
        "required_claims": ["sub"],
        "max_token_age_seconds": 3600,
        "context_claims": ["sub", "scope", "client_id"],
        **tokens.get("policy", {}),
    }
    if tokens["keys"].get("source") == "kms":
        document["kms"] = {"keys": keys.kms(tokens["keys"].get("kms_keys", []))}
    else:
        document["keys"] = keys.own([str(jwks) for jwks in tokens["keys"].get("jwks", [])])
    if routes is not None:
        document["routes"] = routes
    if trusted_issuers := tokens.get("trusted_issuers"):
        document["trusted_issuers"] = [
            {
                "name": name,
                "issuers": [trusted_issuer["issuer"], *trusted_issuer.get("issuer_aliases", [])],
                "audiences": trusted_issuer["audience"],
                "audience_claim": trusted_issuer.get("audience_claim", "aud"),
                "keys": keys.of_trusted_issuer(index, trusted_issuer),
                **_jwks_url(trusted_issuer),
                **{field: value for field, value in trusted_issuer.items() if field in RULES},
            }
            for index, (trusted_issuer, name) in enumerate(zip(trusted_issuers, names_of(trusted_issuers), strict=True))
        ]
    if denylist := tokens.get("denylist"):
        document["denylist"] = denylist
    text = json.dumps(document, sort_keys=True)
    _judge(text, faults, keys, routes_input)
    return ConfigDocument(text, keys.warnings)


_SAID_OR_NOT = (("use", "sig"), ("key_ops", ["verify"]))


class _Keys:
    """The keys of the document, each with the argument from which it comes."""

    def __init__(self, faults: Faults) -> None:
        self.warnings: list[str] = []
        self._faults = faults
        self._origins: dict[Path, tuple[Path, str]] = {}
        self._own = own_keys([], [])

    def own(self, sets: Sequence[str]) -> list[Jwk]:
        """The own keys, all of which must be usable. A key that is in several sets is added once."""
        found: list[Jwk] = []
        for place, text in enumerate(sets):
            path: Path = ("keys", "jwks", place)
            for index, key in enumerate(self._read(text, path) or self._stand_in(0)):
                # Optional members, which do not make it another key.
                bare = {name: value for name, value in key.items() if (name, value) not in _SAID_OR_NOT}
                if bare not in found:
                    self._origins["keys", len(found)] = path, named(index, key)
                    found.append(bare)
        self._own = own_keys(found, [])
        return found

    def kms(self, keys: Sequence[KmsKeyArgs]) -> list[dict[str, str]]:
        """The own keys, read from KMS at run time; each pair of a key and an algorithm once."""
        pairs = dict.fromkeys((str(key["arn"]), key.get("algorithm", DEFAULT_ALGORITHM)) for key in keys)
        self._own = own_keys([], [arn for arn, _ in pairs])
        return [{"key_id": arn, "alg": alg} for arn, alg in pairs]

    def of_trusted_issuer(self, number: int, trusted_issuer: TrustedIssuerArgs) -> list[Jwk]:
        """The usable keys of another issuer; the others are ignored with a warning (RFC 7517 section 5).

        Where they are read at run time they are judged in the same way as there, so that what deploys can be refreshed.
        """
        path: Path = ("trusted_issuers", number, "jwks")
        text, algorithms = str(trusted_issuer["jwks"]), algorithms_of(trusted_issuer)
        keys: Sequence[object]
        if is_refreshed(trusted_issuer):
            keys = self._read_published(text, path)
            usable, ignored = published_keys(keys, algorithms, self._own)
        else:
            keys = public = self._read(text, path)
            usable, ignored = usable_keys(public, algorithms)
        causes = [f"{named(index, keys[index])}: {cause}" for index, cause in ignored.items()]
        if keys and not usable:
            self._faults.below(*path).add("\n    ".join(["has no key that the authorizer can use:", *causes]))
        for cause in causes:
            self._warn(path, f"a key is ignored, and its tokens are denied: {cause}")
        for place, (index, key) in enumerate(usable.items()):
            self._origins["trusted_issuers", number, "keys", place] = path, named(index, key)
        return [*map(dict, usable.values())] or self._stand_in(number + 1)

    def argument(self, path: Path) -> tuple[Path, str] | None:
        """The argument from which the part ``path`` of the document comes, and the key in it; ``None`` if not in a key."""
        return next((self._origins[path[:end]] for end in range(len(path) + 1) if path[:end] in self._origins), None)

    def _read(self, text: str, path: Path) -> list[Jwk]:
        try:
            keys, private = public_keys(text)
        except InvalidJwks as fault:
            self._faults.below(*path).add(str(fault))
            return []
        if not keys:
            self._faults.below(*path).add("has no keys")
        for index, members in private.items():
            self._warn(
                path,
                f"{named(index, keys[index])}: has the private {', '.join(members)}, which are removed; anybody who has seen "
                "them can sign, so create a new key",
            )
        return keys

    def _read_published(self, text: str, path: Path) -> list[object]:
        """The keys as they are, at least one and no more than the authorizer reads."""
        try:
            keys = key_list(text)
        except InvalidJwks as fault:
            self._faults.below(*path).add(str(fault))
            return []
        if not 1 <= len(keys) <= MAX_PUBLISHED_KEYS:
            self._faults.below(*path).add(
                f"must have 1 to {MAX_PUBLISHED_KEYS} keys, and has {len(keys)}" if keys else "has no keys"
            )
            return []
        return keys

    def _stand_in(self, number: int) -> list[Jwk]:
        """A key in place of invalid ones, so that the rest can be validated and no error is reported twice."""
        return public_keys(stand_in_jwks(number)).keys

    def _warn(self, path: Path, text: str) -> None:
        self.warnings.append(f"{self._faults.below(*path).path}: {text}")


def _judge(text: str, faults: Faults, keys: _Keys, routes_input: str) -> None:
    error = judge(text)
    if error is None:
        return
    for fault in error.faults:
        path, message = fault.path, fault.message
        if origin := keys.argument(path):
            faults.below(*origin[0]).add(f"{origin[1]}: {message}")
        else:
            faults.below(*argument_of(path, routes_input)).add(message)
    if not error.faults:
        faults.add(str(error))


def _jwks_url(trusted_issuer: TrustedIssuerArgs) -> dict[str, object]:
    """The field ``jwks_url``, if its keys are read at run time."""
    if "jwks_url" not in trusted_issuer:
        return {}
    names = {**REFRESH_FIELDS, "jwks_url": "url", "algorithms": "algorithms"}
    return {"jwks_url": {names[name]: value for name, value in trusted_issuer.items() if name in names}}
