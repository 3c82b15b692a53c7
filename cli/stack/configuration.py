"""What a deployed authorizer decides by: ``config.json`` in its package, and the denylist."""

import argparse
from typing import TYPE_CHECKING

from ..command import CommandError, Undetermined
from .authorizer import function_of

if TYPE_CHECKING:
    from ..packages.authorizer import Denylist


def deployed_configuration(
    options: argparse.Namespace, *, read_denylist: bool
) -> "tuple[dict[str, object], Denylist | None]":
    """``config.json``, and the denylist if it has one and ``read_denylist``. Raises ``Undetermined``."""
    import boto3

    from ..aws import session_of

    with function_of(options) as (function, _):
        denylist = function.config.denylist
        if options.profile or options.region:
            # Keys that the authorizer reads at run time are read for this account and region, too.
            boto3.setup_default_session(profile_name=options.profile, region_name=options.region)
        if denylist is None or not read_denylist:
            return function.document, None
        from ..revocations.bucket import Bucket

        try:
            return function.document, Bucket(session_of(options).client("s3"), denylist.bucket).read()
        except CommandError as fault:
            raise Undetermined(f"{fault}; or use --denylist FILE") from None
