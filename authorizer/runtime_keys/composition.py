"""A verifier with the keys that were read at run time, in place of those in ``config.json``."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import cast

from ..algorithms import InvalidKey, Jwk
from ..config import Config
from ..denial import Denied, Reason
from ..keys import Key, KeySet
from ..verifier import Verifier


class Composition:
    """``document`` is a valid ``config.json``."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._policy = {field: value for field, value in document.items() if field != "kms"}
        self.entries = cast("list[Mapping[str, object]]", document.get("trusted_issuers", []))
        """Those of the trusted issuers."""

    def verifier(
        self, own: Sequence[Jwk], others: Mapping[str, Sequence[Jwk]], unavailable: Collection[str]
    ) -> Verifier:
        """A verifier with the ``own`` keys, and those of ``others``, the issuers with a URL, by name.

        Tokens of the issuers that are ``unavailable`` are denied, with that reason. Raises ``ConfigError``.
        """
        own_keys = own_key_set(own)
        entries = []
        for entry in self.entries:
            new = {field: value for field, value in entry.items() if field != "jwks_url"}
            if entry["name"] in others:
                # An own key may be new, and was not known when theirs were read.
                new["keys"] = [jwk for jwk in others[str(entry["name"])] if not _is_own(jwk, own_keys)]
            if new["keys"]:
                entries.append(new)
        verifier = Verifier({**self._policy, "keys": list(own), "trusted_issuers": entries})
        if unavailable:
            verifier.config = _without(verifier.config, unavailable)
        return verifier


def own_key_set(own: Sequence[Jwk]) -> KeySet:
    """The own keys, which no other issuer may have; without invalid ones, which the verifier rejects."""
    keys = KeySet()
    for jwk in own:
        with suppress(InvalidKey):
            keys.add(jwk)
    return keys


def _is_own(jwk: Jwk, own: KeySet) -> bool:
    try:
        KeySet(own).add(jwk)
    except InvalidKey:
        return True
    return False


def _without(config: Config, names: Collection[str]) -> Config:
    """``config`` with the keys of the issuers ``names`` replaced, so that their tokens are denied."""
    return config._replace(
        keys={
            kid: _unavailable(key) if config.rules_of(kid).name in names else key for kid, key in config.keys.items()
        },
        shared_keys={
            kid: {
                issuer: trusted._replace(key=_unavailable(trusted.key)) if trusted.rules.name in names else trusted
                for issuer, trusted in by_issuer.items()
            }
            for kid, by_issuer in config.shared_keys.items()
        },
    )


def _unavailable(key: Key) -> Key:
    def verify(*_: bytes) -> None:
        raise Denied(Reason.KEYS_UNAVAILABLE, key.kid)

    return key._replace(verify=verify)
