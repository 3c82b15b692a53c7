"""VPC links, which MiniStack has not: only their API, as there is no VPC on this machine.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html
"""

import json
import re
import time
import urllib.parse
import uuid
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import apigateway

_PATH = re.compile(r"/v2/vpclinks(?:/([^/]+))?")
_TAGS = re.compile(r"/v2/tags/arn:aws[a-z-]*:apigateway:[^:]*::/vpclinks/([^/]+)")

Answer = tuple[int, dict[str, str], bytes]

_links: Any = AccountRegionScopedDict()


def exists(account: str, region: str, link_id: str) -> bool:
    """Whether there is such a VPC link."""
    return _links.get_scoped(account, region, link_id) is not None


def answer(method: str, path: str, body: bytes, parameters: Mapping[str, Any]) -> Answer | None:
    """Answers a request about VPC links or their tags; ``None`` if it is about something else."""
    path = urllib.parse.unquote(path)
    tags, found = _TAGS.fullmatch(path), _PATH.fullmatch(path)
    if tags is None and found is None:
        return None
    given: dict[str, Any] = json.loads(body) if body else {}
    link_id = tags[1] if tags else found and found[1]
    if not link_id:
        return _created(given) if method == "POST" else _answer({"items": list(_links.values())})
    link = _links.get(link_id)
    if link is None:
        return _error("NotFoundException", f"Unable to find VPC link with id {link_id}", 404)
    if tags:
        return _tagged(link, method, given, parameters)
    if method == "DELETE":
        del _links[link_id]
        return 202, {}, b""
    if method == "PATCH" and given.get("name"):
        link["name"] = given["name"]
    return _answer(link)


def _tagged(link: dict[str, Any], method: str, given: dict[str, Any], parameters: Mapping[str, Any]) -> Answer:
    keys = parameters.get("tagKeys", [])
    if method == "POST":
        link["tags"] |= given.get("tags") or {}
        return _answer({}, 201)
    if method == "DELETE":
        for key in [keys] if isinstance(keys, str) else keys:
            link["tags"].pop(key, None)
        return 204, {}, b""
    return _answer({"tags": link["tags"]})


def _created(given: dict[str, Any]) -> Answer:
    if missing := [name for name in ("name", "subnetIds") if not given.get(name)]:
        return _error("BadRequestException", f"{', '.join(missing)} required", 400)
    link = {
        "createdDate": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "name": given["name"],
        "securityGroupIds": given.get("securityGroupIds") or [],
        "subnetIds": given["subnetIds"],
        "tags": given.get("tags") or {},
        "vpcLinkId": uuid.uuid4().hex[:6],
        "vpcLinkStatus": "AVAILABLE",
        "vpcLinkVersion": "V2",
    }
    _links[link["vpcLinkId"]] = link
    return _answer(link, 201)


def _answer(data: dict[str, Any], status: int = 200) -> Answer:
    return apigateway._apigw_response(data, status)  # type: ignore[no-any-return]


def _error(code: str, message: str, status: int) -> Answer:
    return apigateway._apigw_error(code, message, status)  # type: ignore[no-any-return]
