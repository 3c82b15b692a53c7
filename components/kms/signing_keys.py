"""SigningKeys: the KMS asymmetric keys that sign the tokens, their alias, their key policy, and their JWKS."""

import re
from typing import Any, Unpack, cast, overload

import pulumi
import pulumi_aws as aws
from pulumi.runtime.rpc_manager import RPCManager
from pulumi.runtime.settings import SETTINGS

from ..faults import Faults
from ..names import check_logical_name, plain_name
from ..validation import NO_ARGS, given
from .algorithms import ALGORITHMS
from .generations import Generation, Phase, generations, log_warnings
from .inputs import SigningKeysArgs, check_signing_keys
from .jwk import Jwk, KeyMismatch, jwks_json, public_jwk
from .key_policy import Roles, account_root, key_policy
from .nodes import SigningKeysNodes

_DISABLED = re.compile(r"\bDisabledException\b")
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html"""


class KeyNotPublished(pulumi.RunError):
    """The alias would move to a key that has not been published yet; the message says what to do first."""


class KeyDisabled(pulumi.RunError):
    """The public key of a generation cannot be read, since the key was disabled elsewhere; the message says what to do."""


class SigningKeys(pulumi.ComponentResource):
    """KMS asymmetric keys for signing JWTs, with their alias and their public keys as a JSON Web Key Set."""

    jwks: pulumi.Output[str]
    """The public keys of all generations that are not retired, as a JSON Web Key Set (RFC 7517). Each `kid` is the KMS
    key ID."""
    active_key_arn: pulumi.Output[str]
    """ARN of the active key."""
    key_arns: pulumi.Output[dict[str, str]]
    """Key ARNs by name of the generation, for all generations that are not retired."""
    alias_name: pulumi.Output[str]
    """The KMS alias of the active key."""

    @overload
    def __init__(self, name: str, args: SigningKeysArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[SigningKeysArgs]
    ) -> None: ...
    def __init__(
        self, name: str, args: SigningKeysArgs = NO_ARGS, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``SigningKeysArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'SigningKeys "{name}"')
        args = check_signing_keys(given(args, inputs, faults), faults)
        check_logical_name(name, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:SigningKeys", name, None, opts)
        listed = generations(args)
        self._roles = self._checked_roles(args, faults.below("administrators_only"))
        log_warnings(name, listed, self)
        keys = {generation.name: self._key(name, generation, args) for generation in listed}
        active = next(generation for generation in listed if generation.phase is Phase.ACTIVE)
        published: pulumi.Output[str] = pulumi.Output.from_input(_published(active, listed, keys))
        target_key_id: pulumi.Output[str] = published.apply(lambda generation: keys[generation].key_id)
        alias = aws.kms.Alias(
            f"{name}-alias",
            name=args.get("alias", f"alias/{plain_name(name)}"),
            target_key_id=target_key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        regions = args.get("replica_regions", [])
        replicas = {region: self._replicas(name, region, listed, keys, args) for region in regions}
        replica_aliases = {
            region: self._replica_alias(name, region, replicas[region][active.name], alias)
            for region in regions
            if active.name in replicas[region]
        }
        self.nodes: SigningKeysNodes = SigningKeysNodes(keys, alias, replicas, replica_aliases)
        """The resources inside."""
        accepted = [generation for generation in listed if generation.accepted]
        jwks = [self._jwk(generation, keys[generation.name]) for generation in accepted]
        self.jwks = pulumi.Output.all(*jwks).apply(jwks_json)
        self.active_key_arn = keys[active.name].arn
        self.key_arns = pulumi.Output.all(**{generation.name: keys[generation.name].arn for generation in accepted})
        self.alias_name = alias.name
        self.register_outputs(
            {
                "jwks": self.jwks,
                "activeKeyArn": self.active_key_arn,
                "keyArns": self.key_arns,
                "aliasName": self.alias_name,
            }
        )

    def _checked_roles(self, args: SigningKeysArgs, faults: Faults) -> Roles:
        administrators, only = args.get("administrators", []), args.get("administrators_only", False)
        if only:  # the account of the keys is not known before
            administrators = [_other_than_account(arn, account_root(self), faults) for arn in administrators]
        return Roles(administrators, args.get("signers", []), args.get("readers", []), administrators_only=only)

    def _key(self, name: str, generation: Generation, args: SigningKeysArgs) -> aws.kms.Key:
        return aws.kms.Key(
            f"{name}-key-{generation.name}",
            description=_description(name, generation),
            customer_master_key_spec=ALGORITHMS[generation.algorithm].key_spec,
            key_usage="SIGN_VERIFY",
            is_enabled=generation.accepted,
            deletion_window_in_days=args.get("deletion_window_in_days", 7),
            multi_region=generation.multi_region,
            policy=key_policy(self, generation, self._roles),
            tags=args.get("tags"),
            # KMS cannot change these, so Pulumi would replace the key, and all tokens of the old one would be denied at once.
            # ``_jwk`` rejects the change instead.
            opts=self._key_options(generation, args, ignore_changes=["customer_master_key_spec", "multi_region"]),
        )

    def _replicas(
        self, name: str, region: str, listed: list[Generation], keys: dict[str, aws.kms.Key], args: SigningKeysArgs
    ) -> dict[str, aws.kms.ReplicaKey]:
        """Replicas of the multi-Region keys in ``region``."""
        return {
            generation.name: aws.kms.ReplicaKey(
                f"{name}-key-{generation.name}-{region}",
                region=region,
                primary_key_arn=keys[generation.name].arn,
                description=_description(name, generation),
                enabled=generation.accepted,
                deletion_window_in_days=args.get("deletion_window_in_days", 7),
                policy=key_policy(self, generation, self._roles),
                tags=args.get("tags"),
                opts=self._key_options(generation, args),
            )
            for generation in listed
            if generation.multi_region
        }

    def _replica_alias(
        self, name: str, region: str, replica: aws.kms.ReplicaKey, alias: aws.kms.Alias
    ) -> aws.kms.Alias:
        """The same alias in ``region``."""
        return aws.kms.Alias(
            f"{name}-alias-{region}",
            region=region,
            name=alias.name,
            target_key_id=replica.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _key_options(
        self, generation: Generation, args: SigningKeysArgs, ignore_changes: list[str] | None = None
    ) -> pulumi.ResourceOptions:
        protect = args.get("protect") if generation.accepted else False
        return pulumi.ResourceOptions(parent=self, protect=protect, ignore_changes=ignore_changes)

    def _public_key(self, generation: Generation, key: aws.kms.Key) -> pulumi.Output[str]:
        """The public key as PEM, read after the key has been created or updated.

        KMS does not return the public key of a disabled key, so it is unknown in the preview of an update that enables a
        retired one again. In the update itself, a key that is still disabled raises ``KeyDisabled``.
        """

        def read(key_arn: str) -> pulumi.Output[str]:
            # If the engine runs in this process (mocks, the emulator), Pulumi ends the program when a call fails, even if the
            # failure is handled: so this call is tracked separately. Settings belong to a context, here that of the apply.
            SETTINGS.rpc_manager = RPCManager()  # type: ignore[no-untyped-call] # Pulumi has no types here
            found = aws.kms.get_public_key_output(key_id=key_arn, opts=pulumi.InvokeOutputOptions(parent=self))
            pem: pulumi.Output[str] = found.apply(lambda answer: answer.public_key_pem)
            return pem.recover(unreadable)

        def unreadable(error: Exception) -> str:
            # Pulumi has no narrower exception; the provider passes on the text of AWS.
            if not _DISABLED.search(str(error)):
                raise error
            if pulumi.runtime.is_dry_run():
                return cast("str", pulumi.UNKNOWN)
            raise KeyDisabled(
                f"Generation {generation.name!r} is not retired, but its key has been disabled outside this program: run "
                "`pulumi refresh`, so that the next `pulumi up` enables it again, or write retired: true."
            ) from error

        return key.arn.apply(read)

    def _jwk(self, generation: Generation, key: aws.kms.Key) -> pulumi.Output[Jwk]:
        def jwk(values: list[object]) -> Jwk:
            pem, key_arn, multi_region = values
            if multi_region != generation.multi_region:
                raise KeyMismatch(
                    f"{key_arn}: multi_region cannot be changed for an existing key: write multi_region: "
                    f"{str(multi_region).lower()} for generation {generation.name!r}, and add a generation."
                )
            return public_jwk(str(pem), str(key_arn), generation.algorithm)

        public_key = self._public_key(generation, key)
        return pulumi.Output.all(public_key, key.arn, key.multi_region).apply(jwk)


async def _published(active: Generation, listed: list[Generation], keys: dict[str, aws.kms.Key]) -> str:
    """The active generation. Raises ``KeyNotPublished`` if its key does not exist yet while another generation is in use.

    Verifiers would receive tokens of a key that they do not know. Only a preview can detect this, since the ids of keys that
    do not exist yet are unknown in it; `pulumi up` begins with one.
    """
    if not pulumi.runtime.is_dry_run() or await keys[active.name].id.is_known():
        return active.name
    for other in listed:
        if other.accepted and await keys[other.name].id.is_known():
            raise KeyNotPublished(
                f"Generation {active.name!r} cannot become active in the update that creates its key: verifiers that do not "
                f"know the key yet would deny its tokens. Leave {other.name!r} active and run `pulumi up`, so that the new "
                f"key is published; then make {active.name!r} active. In an emergency, retire {other.name!r} in the same edit."
            )
    return active.name


def _other_than_account(
    administrator: pulumi.Input[str], root: pulumi.Output[str], faults: Faults
) -> pulumi.Output[str]:
    """``administrator``, an Output that fails if it is the account itself, which includes its root user."""

    def checked(values: list[str]) -> str:
        arn, own_root = values
        if arn == own_root:
            raise faults.late_error_here(
                f"has no effect if {arn} is one of the administrators, since that allows the account's root user: name only "
                "roles and users, or remove it"
            )
        return arn

    return pulumi.Output.all(administrator, root).apply(checked)


def _description(name: str, generation: Generation) -> str:
    where = f"{pulumi.get_project()} {pulumi.get_stack()} {name} {generation.name}"
    return f"Signs JWTs with {generation.algorithm} ({where})"
