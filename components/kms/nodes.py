"""The resources inside ``SigningKeys``, for what has no input."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True)
class SigningKeysNodes:
    """The resources of `SigningKeys`."""

    keys: Mapping[str, aws.kms.Key]
    """The keys by name of the generation, also those that are retired."""
    alias: aws.kms.Alias
    """The alias of the active key."""
    replicas: Mapping[str, Mapping[str, aws.kms.ReplicaKey]]
    """The replicas by region and name of the generation."""
    replica_aliases: Mapping[str, aws.kms.Alias]
    """The aliases of the active key's replicas by region."""
