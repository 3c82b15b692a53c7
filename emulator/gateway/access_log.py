"""Access logs: one line for each request in the stage's log group, written before the response is sent.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
"""

import re
from typing import Any

from . import backplane, context
from .exchange import Exchange
from .request import Response

_VARIABLE = re.compile(r"\$context\.(\w+(?:\.\w+)*)")


async def write(exchange: Exchange, response: Response) -> None:
    """Writes the line, if the stage has an access log."""
    settings = exchange.api.stages[exchange.stage].get("accessLogSettings") or {}
    template, destination = settings.get("format"), settings.get("destinationArn")
    if not template or not destination:
        return
    exchange.variables.update(
        {
            "status": response.status,
            "responseLength": len(response.body),
            "responseLatency": context.milliseconds(exchange.started),
            "dataProcessed": len(exchange.request.body) + len(response.body),
        }
    )
    line = _VARIABLE.sub(lambda name: _written(name[1], context.value(exchange, name[1])), template)
    group = destination.partition(":log-group:")[2].removesuffix(":*")
    await backplane.put_log_line(exchange.api, group, f"{exchange.api.id}-{exchange.stage}", line)


def _written(name: str, value: Any) -> str:
    """``-`` without a value; what a caller sent cannot end the string that it is in. One variable has its own quotes."""
    text = context.text(value)
    if name == "error.messageString":
        return text or "-"
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") if text else "-"
