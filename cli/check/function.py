"""The authorizer's function: its settings, and ``config.json`` in its package, each read once."""

import json
import urllib.parse
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from ..package_config import CONFIG, package_config
from ..packages.authorizer import Config, ConfigError, parse_config
from .account import Account, NotFound, read
from .http_client import fetch, is_local
from .row import Broken, NotChecked
from .sender import Deadline

_NO_CONFIG = f"its package has no {CONFIG}: is it an authorizer of kms-jwt?"


class AuthorizerFunction:
    """What Lambda has of the function that the authorizer invokes. ``function_arn`` returns its ARN, or raises ``NotChecked``.

    Its properties raise ``NotChecked`` if it may not be read, and ``Broken`` if there is nothing to read.
    """

    def __init__(self, function_arn: Callable[[], str], account: Account, deadline: Deadline) -> None:
        self._function_arn = function_arn
        self._account = account
        self._deadline = deadline

    @property
    def arn(self) -> str:
        """Of the function, version or alias."""
        arn = self._function_arn()
        if len(arn.split(":")) < 7:
            raise Broken("the authorizer invokes no Lambda function")
        return arn

    @property
    def qualifier(self) -> str:
        """The alias or version; empty without one."""
        return ":".join(self.arn.split(":")[7:])

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The answer of ``GetFunctionConfiguration``."""
        try:
            return read(
                "lambda:GetFunctionConfiguration",
                self._account.lambda_.get_function_configuration,
                FunctionName=self.arn,
            )
        except NotFound:
            raise Broken("the authorizer's function does not exist") from None

    @property
    def log_group(self) -> str:
        """The name of the group that it writes to."""
        logging = self.settings.get("LoggingConfig") or {}
        return str(logging.get("LogGroup") or f"/aws/lambda/{self.settings['FunctionName']}")

    @cached_property
    def document(self) -> dict[str, object]:
        """``config.json``."""
        try:
            code = read("lambda:GetFunction", self._account.lambda_.get_function, FunctionName=self.arn)["Code"]
        except NotFound:
            raise Broken("the authorizer's function does not exist") from None
        if not code.get("Location"):  # a container image
            raise NotChecked(_NO_CONFIG)
        try:
            answer = fetch(self._reachable(str(code["Location"])), seconds=min(self._deadline.left(), 30))
        except OSError as fault:
            raise NotChecked(f"the authorizer's package cannot be read: {fault}") from None
        try:
            return package_config(answer.body)
        except ValueError:
            raise NotChecked(_NO_CONFIG) from None

    @cached_property
    def config(self) -> Config:
        """``config.json``, as the authorizer reads it."""
        try:
            return parse_config(self.document)
        except ConfigError as fault:
            raise Broken(f"{CONFIG} is not valid: {json.dumps(str(fault))}") from None

    def known_config(self) -> Config | None:
        """``None`` if it cannot be read: then less is known of which tokens are good."""
        try:
            return self.config
        except (Broken, NotChecked):
            return None

    def _reachable(self, location: str) -> str:
        """The emulator names itself as its clients may not."""
        endpoint = urllib.parse.urlsplit(self._account.lambda_.meta.endpoint_url)
        if not is_local(endpoint.hostname or ""):
            return location
        return urllib.parse.urlsplit(location)._replace(scheme=endpoint.scheme, netloc=endpoint.netloc).geturl()
