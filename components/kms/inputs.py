"""The inputs of ``SigningKeys``, and their rules."""

import re
from collections.abc import Mapping, Sequence
from typing import NotRequired

import pulumi

from ..faults import Faults
from ..validation import check_shape
from .generations import GenerationsArgs, check_generations

_ALIAS = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}")
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"""

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")


class SigningKeysArgs(GenerationsArgs):
    """A set of KMS keys that sign tokens: one key a generation. One generation is active and has the alias."""

    alias: NotRequired[str]
    """The KMS alias of the active key, "alias/...". Default: alias/<project>-<stack>-<name>, with dots replaced by
    dashes and a hash."""
    deletion_window_in_days: NotRequired[int]
    """Waiting period before KMS deletes a key that was removed: 7 (default) to 30 days."""
    protect: NotRequired[bool]
    """Whether Pulumi rejects the deletion of keys that are not retired. Default: the `protect` option of the
    component."""
    replica_regions: NotRequired[list[str]]
    """Regions for a replica of each multi-Region key, with the same key ID, policy and alias."""
    signers: NotRequired[Sequence[pulumi.Input[str]]]
    """ARNs of the IAM roles and users that may sign. Default: the principals that the account's IAM policies allow. An
    empty list is rejected, and "arn:aws:iam::<account>:root" means the principals that the IAM policies of that account
    allow; both also hold for `administrators` and `readers`."""
    administrators: NotRequired[Sequence[pulumi.Input[str]]]
    """ARNs of the IAM roles and users that may administer the keys; the principal that deploys must be one of them.
    Default: the principals that the account's IAM policies allow. The account's root user may always read and replace
    the key policy, and nothing else."""
    administrators_only: NotRequired[bool]
    """Whether even the account's root user is not allowed to replace the key policy. Once the last of `administrators` has
    been deleted, only AWS Support can help. Default: false."""
    readers: NotRequired[Sequence[pulumi.Input[str]]]
    """ARNs of the IAM principals that may read the public keys, in addition to administrators and signers. Default: the
    principals that the account's IAM policies allow."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for the keys."""


def check_signing_keys(args: object, faults: Faults) -> SigningKeysArgs:
    """A checked copy of ``args``; errors are recorded in ``faults``."""
    checked = check_shape(args, SigningKeysArgs, faults)
    check_key_rules(checked, args, faults)
    return checked


def check_key_rules(checked: SigningKeysArgs, as_given: object, faults: Faults) -> None:
    """Record in ``faults`` what KMS or verifiers would reject in ``checked``, the copy of ``as_given`` from ``check_shape``."""
    check_generations(checked, faults)
    if "alias" in checked and not _ALIAS.fullmatch(checked["alias"]):
        faults.below("alias").add(
            f"must be alias/ followed by letters, digits, '/', '_' and '-', and not alias/aws/, and is {checked['alias']!r}"
        )
    if not 7 <= checked.get("deletion_window_in_days", 7) <= 30:
        faults.below("deletion_window_in_days").add(f"must be 7 to 30, and is {checked['deletion_window_in_days']}")
    for key in ("signers", "administrators", "readers"):
        if key in checked and isinstance(as_given, Mapping) and not as_given[key]:
            faults.below(key).add(
                "must not be empty, which would not exclude everybody: omit it for what the account's IAM policies allow"
            )
    if checked.get("administrators_only", False) and "administrators" not in checked:
        faults.below("administrators_only").add("has no effect without administrators: name them, or remove it")
    _check_replicas(checked, faults.below("replica_regions"))


def _check_replicas(args: SigningKeysArgs, faults: Faults) -> None:
    regions = args.get("replica_regions", [])
    if regions and not args.get("multi_region", False):
        faults.add("requires multi-Region keys: write multi_region: true, with a new generation if keys exist already")
    for index, region in enumerate(regions):
        if not _REGION.fullmatch(region):
            faults.below(index).add(f"must be a region, such as eu-central-1, and is {region!r}")
        elif region in regions[:index]:
            faults.below(index).add(f"{region} is listed twice")
