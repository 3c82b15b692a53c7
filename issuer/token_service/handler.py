"""The Lambda entry point, ``issuer.token_service.handler.handler``.

Importing it is the init phase: ``config.json``, which is next to the ``issuer`` folder, is read, and the KMS client is built,
once per execution environment. An invalid configuration makes the init fail, and API Gateway answers 500 to every request.
"""

import os
import time
from pathlib import Path

from ..authorizer import read_config
from ..signer import KmsSigner
from .config import parse_config
from .decision_log import DecisionLog
from .kms import kms_client
from .response import Response
from .token_endpoint import TokenEndpoint


def handler(event: object, context: object) -> Response:
    """Answer one token request. ``event`` is API Gateway's, in payload format 2.0; ``context`` is Lambda's."""
    return _endpoint.answer(event, time.time())


def _start() -> TokenEndpoint:
    config = parse_config(read_config(str(Path(__file__).resolve().parents[2] / "config.json")))
    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local")
    signer = KmsSigner.pinned(config.keys, kms_client(config.keys[0].arn))
    return TokenEndpoint(config, signer, DecisionLog(function_name, config.log_level))


_endpoint = _start()
