"""A KMS key as the issuer names it: its ARN, and the JOSE algorithm that it signs with."""

from typing import NamedTuple


class SigningKey(NamedTuple):
    """One KMS key with one algorithm."""

    arn: str
    """ARN of the KMS key."""
    alg: str
    """The JOSE algorithm that it signs with."""

    @property
    def kid(self) -> str:
        """The key id: the last part of the ARN, which CloudTrail shows too."""
        return self.arn.rpartition("/")[2]
