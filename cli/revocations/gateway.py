"""Emptying API Gateway's cache of authorizers' answers, once no authorizer gives an old one."""

import time
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from ..command import CommandError

MARGIN_SECONDS = 2
"""For a request that an authorizer was answering as the time ran out."""

sleep = time.sleep


def empty_caches(gateway: Any, api_ids: Iterable[str], refresh_seconds: int) -> None:
    """Wait until all authorizers have read the denylist, and then empty the caches of all stages of the APIs.

    Not before: an authorizer that has not read it would fill the cache again. ``gateway`` is a boto3 client of API Gateway.
    Raises ``CommandError``.
    """
    sleep(refresh_seconds + MARGIN_SECONDS)
    for api_id in api_ids:
        try:
            for page in gateway.get_paginator("get_stages").paginate(ApiId=api_id):
                for stage in page["Items"]:
                    gateway.reset_authorizers_cache(ApiId=api_id, StageName=stage["StageName"])
        except ClientError as fault:
            code = fault.response["Error"]["Code"]
            raise CommandError(
                f"it is revoked, but the cache of the API {api_id} cannot be emptied ({code}): until its entries expire it may "
                "answer from them; apigateway:GET and apigateway:DELETE are needed"
            ) from None
