"""What the token service uses of the authorizer where tokens are bound to certificates or clients authenticate with them, and
only there: the thumbprint of a certificate."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "issuer":
    from authorizer.certificate_binding import CONFIRMATION_METHOD, certificate_thumbprint
else:
    from ..authorizer.certificate_binding import CONFIRMATION_METHOD, certificate_thumbprint

__all__ = ["CONFIRMATION_METHOD", "certificate_thumbprint"]
