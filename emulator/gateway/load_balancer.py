"""The listeners of load balancers, which are MiniStack's: it has their rules, target groups and targets."""

import asyncio
import fnmatch
import urllib.parse
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import StreamingResponse, request_scope

from .backplane import Api
from .request import Response


@dataclass(frozen=True)
class Listener:
    """A listener, and the names that its certificate is for."""

    api: Api
    record: dict[str, Any]
    balancer: dict[str, Any]
    names: tuple[str, ...]

    @property
    def url(self) -> str:
        """By the name of the load balancer."""
        scheme = "https" if self.record["Protocol"] in ("HTTPS", "TLS") else "http"
        return f"{scheme}://{self.balancer['DNSName']}:{self.record['Port']}"

    def fault(self, server_name: str | None) -> str | None:
        """Why API Gateway cannot speak to it, with TLS if there is a server name to verify, and else without."""
        arn, protocol = self.record["ListenerArn"], self.record["Protocol"]
        if (server_name is not None) != (protocol in ("HTTPS", "TLS")):
            return f"{arn} speaks {protocol}, and the integration has {server_name or 'no'} server name to verify."
        if server_name and not any(_covers(name, server_name) for name in self.names):
            return f"The certificate of {arn} is for {', '.join(self.names) or 'nothing'}, and not for {server_name}."
        return None

    async def send(self, method: str, url: str, fields: list[tuple[str, str]], body: bytes, timeout: float) -> Response:
        """What the load balancer answers. Raises ``TimeoutError`` after ``timeout`` seconds."""
        from ministack.services import alb

        parts = urllib.parse.urlsplit(url)
        headers = {"host": self.balancer["DNSName"]}
        for name, value in fields:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        parameters = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
        path, port, query = urllib.parse.unquote(parts.path), self.record["Port"], parts.query
        async with asyncio.timeout(timeout):
            with request_scope(self.api.account, self.api.region):
                status, answered, content = await alb.dispatch_request(
                    self.balancer, method, path, headers, body, parameters, port, "127.0.0.1", query, parts.path
                )
                content = await _collected(content) if isinstance(content, StreamingResponse) else content
        response = Response(status, body=content)
        for name, value in answered.items():
            values = value if isinstance(value, list) else [value]
            response.fields += [(name.lower(), str(each)) for each in values]
        return response


def find(api: Api, arn: str) -> Listener | None:
    """The listener in the account and region of ``api``."""
    if ":elasticloadbalancing:" not in arn:
        return None
    from ministack.services import acm, alb

    with request_scope(api.account, api.region):
        record = alb._listeners.get(arn)
        if record is None:
            return None
        certificates = [acm._certificates.get(each) or {} for each in record.get("Certificates", [])]
        names = [
            name for each in certificates if each for name in (each["DomainName"], *each["SubjectAlternativeNames"])
        ]
        return Listener(api, record, alb._lbs[record["LoadBalancerArn"]], tuple(dict.fromkeys(names)))


def _covers(pattern: str, name: str) -> bool:
    """RFC 6125 section 6.4.3: the asterisk stands for one label."""
    return pattern.count(".") == name.count(".") and fnmatch.fnmatchcase(name.lower(), pattern.lower())


async def _collected(streamed: StreamingResponse) -> bytes:
    """The whole body. Raises ``ConnectionError`` if it breaks off."""
    parts: list[bytes] = []
    complete = False

    async def send(message: dict[str, Any]) -> None:
        nonlocal complete
        parts.append(message.get("body", b""))
        complete = not message.get("more_body", False)

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # the caller stays until the answer is whole
        return {}

    await streamed.runner(send, receive)
    if not complete:
        raise ConnectionError("the target closed the connection")
    return b"".join(parts)
