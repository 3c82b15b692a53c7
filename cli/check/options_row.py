"""Plain OPTIONS requests: without the headers of a CORS preflight, which API Gateway would answer itself."""

import re
from collections.abc import Iterator
from http import HTTPStatus

from .account import Account, NotFound
from .account import read as read_aws
from .answers import is_gateways, shown
from .deployed import Deployed, Read
from .promises import Promises
from .route_rows import public_routes
from .routes import DEFAULT, request_of
from .row import Finding, NotApplicable, NotChecked, Row, judged
from .sender import Sender

_FUNCTION = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")

_HANDLER = "preflight.handler"
"""Of the function with which ``AuthorizedHttpApi`` answers them in place of a protected backend: it does nothing."""


def options_row(read: Read, promises: Promises, account: Account, sender: Sender, refused: bool) -> Iterator[Row]:
    """``refused`` as for ``route_rows``."""
    yield judged(
        "plain OPTIONS requests",
        "not answered by a backend",
        lambda: _find(read(), promises, account, sender, refused),
    )


def _find(deployed: Deployed, promises: Promises, account: Account, sender: Sender, refused: bool) -> Finding:
    public, open_keys = public_routes(promises), []
    for key, route in deployed.routes.items():
        if key.startswith("OPTIONS ") and key not in public and route.get("AuthorizationType", "NONE") == "NONE":
            if not _does_nothing(deployed.backend_of(key), account):
                return Finding(False, f"{key} is open, and leads to a backend")
            open_keys.append(key)
    for key in public & {*deployed.routes}:
        if key == DEFAULT or key.startswith("ANY "):
            raise NotApplicable(f"{key} is open, as declared, for OPTIONS too")
    protected = [key for key in deployed.routes if deployed.is_protected(key)]
    if not protected:
        raise NotApplicable("no route is protected")
    if not refused:
        raise NotChecked("not sent: no GET request without a token has been refused")
    answer = sender.send("OPTIONS", request_of(min(protected))[1])
    by_gateway = is_gateways(answer, HTTPStatus.UNAUTHORIZED) or is_gateways(answer, HTTPStatus.NOT_FOUND)
    return Finding(by_gateway or (bool(open_keys) and answer.status == HTTPStatus.NO_CONTENT), shown(answer))


def _does_nothing(backend: str, account: Account) -> bool:
    function = _FUNCTION.search(backend)
    if function is None:
        return False
    try:
        settings = read_aws(
            "lambda:GetFunctionConfiguration", account.lambda_.get_function_configuration, FunctionName=function[0]
        )
    except NotFound:
        return False
    return settings.get("Handler") == _HANDLER
