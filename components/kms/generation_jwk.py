"""The public key of a generation, read from KMS while it is deployed."""

import re
from typing import cast

import pulumi
import pulumi_aws as aws
from pulumi.runtime.rpc_manager import RPCManager
from pulumi.runtime.settings import SETTINGS

from .generations import Generation
from .jwk import Jwk, KeyMismatch, public_jwk

_DISABLED = re.compile(r"\bDisabledException\b")
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html"""


class KeyDisabled(pulumi.RunError):
    """The public key of a generation cannot be read, since the key was disabled elsewhere; the message says what to do."""


def generation_jwk(generation: Generation, key: aws.kms.Key, parent: pulumi.Resource) -> pulumi.Output[Jwk]:
    """The public key of ``generation``, whose KMS key is ``key``, as a JWK. ``parent`` is the component for which it is read.

    The Output fails with ``KeyDisabled``, or with ``KeyMismatch`` if the key is of another kind than the generation says.
    """

    def jwk(values: list[object]) -> Jwk:
        pem, key_arn, multi_region = values
        if multi_region != generation.multi_region:
            raise KeyMismatch(
                f"{key_arn}: multi_region cannot be changed for an existing key: write multi_region: "
                f"{str(multi_region).lower()} for generation {generation.name!r}, and add a generation."
            )
        return public_jwk(str(pem), str(key_arn), generation.algorithm)

    public_key = _public_key(generation, key, parent)
    return pulumi.Output.all(public_key, key.arn, key.multi_region).apply(jwk)


def _public_key(generation: Generation, key: aws.kms.Key, parent: pulumi.Resource) -> pulumi.Output[str]:
    """The public key as PEM, read after the key has been created or updated.

    KMS does not return the public key of a disabled key, so it is unknown in the preview of an update that enables a
    retired one again. In the update itself, a key that is still disabled raises ``KeyDisabled``.
    """

    def read(key_arn: str) -> pulumi.Output[str]:
        # If the engine runs in this process (mocks, the emulator), Pulumi ends the program when a call fails, even if the
        # failure is handled: so this call is tracked separately. Settings belong to a context, here that of the apply.
        SETTINGS.rpc_manager = RPCManager()  # type: ignore[no-untyped-call] # Pulumi has no types here
        found = aws.kms.get_public_key_output(key_id=key_arn, opts=pulumi.InvokeOutputOptions(parent=parent))
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
