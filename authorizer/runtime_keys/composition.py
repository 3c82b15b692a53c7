"""A verifier with the keys that were read at run time, in place of those in ``config.json``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import cast

from ..algorithms import InvalidKey, Jwk
from ..config import Config
from ..decision_log import write_line
from ..denial import Denied, Reason
from ..keys import Key, KeySet
from ..verifier import Verifier
from .refresh_log import MAX_KID_LENGTH


class Composition:
    """``document`` is a valid ``config.json``, and ``config`` what was read from it; ``make`` makes the verifiers."""

    def __init__(
        self,
        document: Mapping[str, object],
        config: Config,
        make: Callable[[Mapping[str, object]], Verifier] = Verifier,
    ) -> None:
        self._make = make
        self._policy = {field: value for field, value in document.items() if field != "kms"}
        self._config = config
        self._claimed: set[tuple[str, str]] = set()
        self.entries = cast("list[Mapping[str, object]]", document.get("trusted_issuers", []))
        """Those of the trusted issuers."""

    def verifier(
        self, own: Sequence[Jwk], others: Mapping[str, Sequence[Jwk]], unavailable: Collection[str]
    ) -> Verifier:
        """A verifier with the ``own`` keys, and those of ``others``, the issuers with a URL, by name.

        Keys of other issuers that are own keys are dropped, whether they are pinned or were read. Tokens of the issuers that
        are ``unavailable`` are denied, with that reason. Raises ``ConfigError``.
        """
        own_keys = own_key_set(own)
        claimed, entries = set(), []
        for entry in self.entries:
            name = str(entry["name"])
            keys = {str(jwk["kid"]): jwk for jwk in others.get(name, cast("list[Jwk]", entry["keys"]))}
            # The own keys may be newer than theirs, or unknown to the deployment: KMS has them.
            taken = {kid for kid, jwk in keys.items() if _is_own(jwk, own_keys)}
            claimed |= {(name, kid) for kid in taken}
            new = {field: value for field, value in entry.items() if field != "jwks_url"}
            new["keys"] = [jwk for kid, jwk in keys.items() if kid not in taken]
            if new["keys"]:
                entries.append(new)
        self._log(claimed)
        verifier = self._make({**self._policy, "keys": list(own), "trusted_issuers": entries})
        # Tokens are told apart by issuer even where no other one has a key left.
        config = verifier.config.replaced(rules=self._config.rules, context_claims=self._config.context_claims)
        verifier.config = _without(config, unavailable) if unavailable else config
        return verifier

    def _log(self, claimed: set[tuple[str, str]]) -> None:
        """Write a line for each key that was not dropped before."""
        for name, kid in sorted(claimed - self._claimed):
            message = "a key of another issuer is one of the own keys, and is not trusted"
            write_line({"level": "ERROR", "message": message, "issuer": name, "kid": kid[:MAX_KID_LENGTH]})
        self._claimed = claimed


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
    return config.replaced(
        keys={
            kid: _unavailable(key) if config.rules_of(kid).name in names else key for kid, key in config.keys.items()
        },
        shared_keys={
            kid: {
                issuer: trusted.replaced(key=_unavailable(trusted.key)) if trusted.rules.name in names else trusted
                for issuer, trusted in by_issuer.items()
            }
            for kid, by_issuer in config.shared_keys.items()
        },
    )


def _unavailable(key: Key) -> Key:
    def verify(*_: bytes) -> None:
        raise Denied(Reason.KEYS_UNAVAILABLE, key.kid)

    return key.replaced(verify=verify)
