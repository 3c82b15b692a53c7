"""What MiniStack's API of API Gateway lacks, added to it.

Each addition runs as a part of MiniStack's own answer: the caller is known and its rights are judged by then.
"""

import json
import re
import urllib.parse
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway

from . import custom_domains, issuer_keys, vpc_links

_RESET = re.compile(r"/v2/apis/([^/]+)/stages/([^/]+)/cache/authorizers")
"""ResetAuthorizersCache: MiniStack would remove the stage."""

_AUTHORIZERS = re.compile(r"/v2/apis/[^/]+/authorizers(?:/[^/]+)?")

_DOMAIN = re.compile(r"/v2/domainnames(?:/([^/]+))?")

_KEPT = ("connectionId", "credentialsArn", "integrationSubtype", "tlsConfig")
"""Properties of an integration that MiniStack accepts and forgets."""

Answer = tuple[int, dict[str, str], bytes]


def install(forget: Callable[[str, str], None], start_mutual_tls: Callable[[], Awaitable[None]]) -> None:
    """From now on MiniStack answers so. ``forget`` gets the API and the stage whose authorizers' cache is to be emptied;
    ``start_mutual_tls`` is called when a domain has a truststore."""
    original = apigateway.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Answer:
        if method == "DELETE" and (reset := _RESET.fullmatch(urllib.parse.unquote(path))):
            forget(reset[1], reset[2])
            return 204, {}, b""
        if answered := vpc_links.answer(method, path, body, query_params):
            return answered
        if method in ("POST", "PATCH") and (refused := await _refused_issuer(path, body)):
            return refused
        domain = _DOMAIN.fullmatch(path) if method in ("POST", "PATCH") else None
        given: dict[str, Any] = json.loads(body or b"{}") if domain else {}
        if domain is None or "mutualTlsAuthentication" not in given:
            return await original(method, path, headers, body, query_params)  # type: ignore[no-any-return]
        name = urllib.parse.unquote(domain[1]) if domain[1] else given.get("domainName", "")
        settings = given["mutualTlsAuthentication"] or {}
        uri, truststore = settings.get("truststoreUri"), None
        if uri:
            try:
                truststore = custom_domains.read_truststore(uri, settings.get("truststoreVersion"))
            except custom_domains.TruststoreError as error:
                return apigateway._apigw_error("BadRequestException", str(error), 400)  # type: ignore[no-any-return]
        answer: Answer = await original(method, path, headers, body, query_params)
        if answer[0] < 300 and truststore is not None:
            custom_domains.keep_truststore(name, truststore)
            await start_mutual_tls()
        return answer

    apigateway.handle_request = handle_request
    for name in ("_create_integration", "_update_integration"):
        setattr(apigateway, name, _keeping(getattr(apigateway, name)))


async def _refused_issuer(path: str, body: bytes) -> Answer | None:
    """The answer if a JWT authorizer cannot be created or updated so, because its issuer has no OpenID configuration."""
    configuration = json.loads(body or b"{}").get("jwtConfiguration") if _AUTHORIZERS.fullmatch(path) else None
    if not configuration:
        return None
    issuer = str(configuration.get("issuer", ""))
    issuer_keys.forget(issuer)
    try:
        await issuer_keys.key_set_url(issuer)
    except issuer_keys.IssuerError as error:
        message = f"Invalid issuer: {issuer}. Issuer must have a valid discovery endpoint: {error}"
        return apigateway._apigw_error("BadRequestException", message, 400)  # type: ignore[no-any-return]
    return None


def _keeping(original: Callable[..., Answer]) -> Callable[..., Answer]:
    """Integrations have all the properties that this gateway reads."""

    def call(api_id: str, *arguments: Any) -> Answer:
        status, headers, body = original(api_id, *arguments)
        if status >= 300:
            return status, headers, body
        stored = apigateway._integrations[api_id][json.loads(body)["integrationId"]]
        stored.update({name: arguments[-1][name] for name in _KEPT if name in arguments[-1]})
        return apigateway._apigw_response(stored, status)  # type: ignore[no-any-return]

    return call
