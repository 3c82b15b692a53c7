"""The documents of a token service, once everything in them is known: ``config.json``, and what it publishes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pulumi

from ..faults import Faults
from .config_document import KnownInputs, config_document
from .inputs import TokenServiceArgs
from .keys import KnownKeys
from .metadata import documents


class Documents(NamedTuple):
    """The documents."""

    config: pulumi.Output[str]
    """The content of ``config.json``; a secret if one of its values is."""
    published: pulumi.Output[str]
    """A JSON object of texts by name: the keys and the metadata, which contain no secret."""


def create_documents(
    subject: str,
    args: TokenServiceArgs,
    issuer: pulumi.Output[str],
    endpoint: pulumi.Output[str],
    keys: Mapping[str, pulumi.Output[Any]],
) -> Documents:
    """The documents for the API at ``endpoint``. ``keys`` are the fields of ``KnownKeys``.

    The Outputs fail with ``InvalidArgs`` if the token service would reject the document at init; ``subject`` is the component
    to name then.
    """
    resolved: pulumi.Output[dict[str, Any]] = pulumi.Output.from_input(
        {
            "issuer": issuer,
            "endpoint": endpoint,
            "keys": keys,
            "clients": args["clients"],
            "aws_accounts": args.get("aws_accounts", []),
        }
    )

    async def failed(faults: Faults) -> Any:
        raise faults.late_error(secret=await resolved.is_secret())

    def finished(known: dict[str, Any]) -> Any:
        faults = Faults(subject)
        inputs = KnownInputs(**{**known, "keys": KnownKeys(**known["keys"])}, log_level=args.get("log_level"))
        text = config_document(inputs, faults)
        if faults.found:
            return failed(faults)
        return {
            "config": text,
            "published": documents(inputs.issuer, inputs.endpoint, inputs.keys.jwks, inputs.clients),
        }

    both: pulumi.Output[dict[str, str]] = resolved.apply(finished)
    return Documents(
        config=both.apply(lambda texts: texts["config"]),
        published=pulumi.Output.unsecret(both.apply(lambda texts: texts["published"])),
    )
