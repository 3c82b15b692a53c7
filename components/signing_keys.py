"""SigningKeys: the KMS asymmetric keys that sign the tokens, their alias, their key policy, and their JWKS."""

import re
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .algorithms import ALGORITHMS, DEFAULT_ALGORITHM
from .jwk import jwks_json, public_jwk
from .key_policy import key_policy
from .validation import Faults, check_shape

_ALIAS = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}")
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"""


class GenerationArgs(TypedDict):
    """One generation of the signing keys: one KMS key."""

    name: str
    """Names the generation, as in "2026-11". It is part of the key's resource name: a new name is a new key."""
    algorithm: NotRequired[str]
    """The JOSE algorithm of this generation, if it differs from `algorithm` of the set."""


class SigningKeysArgs(TypedDict):
    """A set of KMS keys that sign tokens. All are published; one is active and has the alias."""

    algorithm: NotRequired[str]
    """The JOSE algorithm: ES256, ES384, ES512 (default), ES256K, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA,
    ML-DSA-44, ML-DSA-65 or ML-DSA-87. It determines the KMS key spec."""
    generations: NotRequired[list[GenerationArgs]]
    """The keys, in any order. Default: one generation named "1"."""
    active: NotRequired[str]
    """The name of the generation that signs. Needed as soon as there are several."""
    alias: NotRequired[str]
    """The KMS alias, "alias/..." of the active key. Default: alias/<project>-<stack>-<name>."""
    deletion_window_in_days: NotRequired[int]
    """How long KMS keeps a key that was dropped before it is deleted for good: 7 (default) to 30 days."""
    multi_region: NotRequired[bool]
    """Whether the keys are multi-Region primary keys, which can be replicated with the same key id. Default false."""
    issuers: NotRequired[list[pulumi.Input[str]]]
    """ARNs of the IAM roles and users that may sign, and nobody else. Default: whoever the account's IAM policies allow."""
    administrators: NotRequired[list[pulumi.Input[str]]]
    """ARNs of the IAM roles and users that may administer the keys. Default: whoever the account's IAM policies allow."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the keys."""


_FIRST_GENERATION = GenerationArgs(name="1")


class SigningKeys(pulumi.ComponentResource):
    """KMS asymmetric keys for signing JWTs, with their alias and their public keys as a JWKS."""

    jwks: pulumi.Output[str]
    """The public keys of all generations as a JSON Web Key Set (RFC 7517). Each `kid` is the KMS key id."""
    active_key_arn: pulumi.Output[str]
    """ARN of the key that signs."""
    key_arns: pulumi.Output[dict[str, str]]
    """Generation name -> ARN of its key."""
    alias_name: pulumi.Output[str]
    """The KMS alias of the active key."""

    def __init__(self, name: str, args: SigningKeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        faults = Faults(f'SigningKeys "{name}"')
        args = check_signing_keys(args, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:SigningKeys", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        generations = _generations(args)
        keys = {
            generation: self._key(name, generation, algorithm, args, child)
            for generation, algorithm in generations.items()
        }
        active = keys[args.get("active", next(iter(generations)))]
        alias = aws.kms.Alias(
            f"{name}-alias",
            name=args.get("alias", f"alias/{pulumi.get_project()}-{pulumi.get_stack()}-{name}"),
            target_key_id=active.key_id,
            opts=child,
        )
        jwks = [self._jwk(keys[generation], algorithm) for generation, algorithm in generations.items()]
        self.jwks = pulumi.Output.all(*jwks).apply(jwks_json)
        self.active_key_arn = active.arn
        self.key_arns = pulumi.Output.all(**{generation: key.arn for generation, key in keys.items()})
        self.alias_name = alias.name
        self.register_outputs(
            {
                "jwks": self.jwks,
                "activeKeyArn": self.active_key_arn,
                "keyArns": self.key_arns,
                "aliasName": self.alias_name,
            }
        )

    def _key(
        self, name: str, generation: str, algorithm: str, args: SigningKeysArgs, child: pulumi.ResourceOptions
    ) -> aws.kms.Key:
        kms = ALGORITHMS[algorithm]
        return aws.kms.Key(
            f"{name}-key-{generation}",
            description=f"Signs JWTs with {algorithm} ({pulumi.get_project()} {pulumi.get_stack()} {name} {generation})",
            customer_master_key_spec=kms.key_spec,
            key_usage="SIGN_VERIFY",
            deletion_window_in_days=args.get("deletion_window_in_days", 7),
            multi_region=args.get("multi_region", False),
            policy=key_policy(self, kms.signing_algorithm, args.get("issuers", []), args.get("administrators", [])),
            tags=args.get("tags"),
            opts=child,
        )

    def _jwk(self, key: aws.kms.Key, algorithm: str) -> pulumi.Output[dict[str, object]]:
        public_key = aws.kms.get_public_key_output(key_id=key.arn, opts=pulumi.InvokeOutputOptions(parent=self))
        return pulumi.Output.all(public_key.public_key_pem, key.arn).apply(
            lambda values: public_jwk(pem=values[0], key_arn=values[1], alg=algorithm)
        )


def check_signing_keys(args: object, faults: Faults) -> SigningKeysArgs:
    """A checked copy of ``args``; what is wrong is noted in ``faults``."""
    checked = check_shape(args, SigningKeysArgs, faults)
    _check_algorithm(checked.get("algorithm", DEFAULT_ALGORITHM), faults.below("algorithm"))
    generations = checked.get("generations", [_FIRST_GENERATION])
    names = [generation.get("name") for generation in generations]
    for index, generation in enumerate(generations):
        below = faults.below("generations", index)
        if names.index(generation.get("name")) != index:
            below.below("name").add(f"{generation.get('name')!r} is used twice: each generation is a key of its own")
        _check_algorithm(generation.get("algorithm", DEFAULT_ALGORITHM), below.below("algorithm"))
    choice = f"write one of {', '.join(map(repr, names))}"
    if not names:
        faults.below("generations").add("at least one generation is needed")
    elif "active" in checked and checked["active"] not in names:
        faults.below("active").add(f"{checked['active']!r} is no generation: {choice}")
    elif "active" not in checked and len(names) > 1:
        faults.below("active").add(f"missing: say which generation signs: {choice}")
    if "alias" in checked and not _ALIAS.fullmatch(checked["alias"]):
        faults.below("alias").add(
            f"must be alias/ followed by letters, digits, '/', '_' and '-', and not alias/aws/, and is {checked['alias']!r}"
        )
    if not 7 <= checked.get("deletion_window_in_days", 7) <= 30:
        faults.below("deletion_window_in_days").add(f"must be 7 to 30, and is {checked['deletion_window_in_days']}")
    return checked


def _check_algorithm(algorithm: str, faults: Faults) -> None:
    if algorithm not in ALGORITHMS:
        faults.add(f"{algorithm!r} is not an algorithm of KMS keys for JWTs: write one of {', '.join(ALGORITHMS)}")


def _generations(args: SigningKeysArgs) -> dict[str, str]:
    """Generation name -> algorithm."""
    algorithm = args.get("algorithm", DEFAULT_ALGORITHM)
    generations = args.get("generations", [_FIRST_GENERATION])
    return {generation["name"]: generation.get("algorithm", algorithm) for generation in generations}
