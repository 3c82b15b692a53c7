"""The Lambda entry point, ``authorizer.handler.handler``.

Importing it is the init phase: ``config.json``, which is next to the ``authorizer`` folder, is read and the keys are built,
once per execution environment. An invalid configuration makes the init fail, and API Gateway answers 500 to every request.
"""

import gc

# What the init creates lives as long as the process: to search it for garbage, as new objects make Python do every few
# hundred, would take several percent of a cold start, and later of the requests that are hit.
gc.disable()

# ruff: noqa: E402 - all that is imported from here on must come after the line above
import os
import time

from .config import read_config
from .decision_log import DecisionLog
from .key_source import key_source
from .request_authorizer import RequestAuthorizer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .request_authorizer import SimpleResponse


def handler(event: object, context: object) -> "SimpleResponse":
    """Decide about one request. ``event`` is API Gateway's, in payload format 2.0; ``context`` is Lambda's."""
    return _authorizer.decide(event, time.time(), context)


def _start() -> RequestAuthorizer:
    # os.path, since importing pathlib would take longer than all of this
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    source = key_source(read_config(os.path.join(package, "config.json")))  # noqa: PTH118
    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local")
    return RequestAuthorizer(source, DecisionLog(function_name, source.config.log_level))


_authorizer = _start()

gc.freeze()
gc.enable()
