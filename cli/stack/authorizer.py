"""The function of the authorizer that a command is about: of a stack's API, or named itself."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..aws import NO_CREDENTIALS, add_aws, kms_of, session_of
from ..command import Undetermined
from .outputs import add_stack, outputs_of

if TYPE_CHECKING:
    from ..check.account import Account
    from ..check.function import AuthorizerFunction
    from ..check.promises import Promises

NAMED = ("stack", "stack_output", "function")
"""The options that say where a deployed function is."""


def add_function(source: argparse._ActionsContainer, command: argparse.ArgumentParser, what: str) -> None:
    """Add the options: to ``source`` those of which one is given, to ``command`` what narrows it down. ``what`` the function
    of ``--function`` is."""
    add_stack(source)
    source.add_argument("--function", metavar="NAME", help=f"the name or ARN of {what}")
    command.add_argument("--api", metavar="NAME", help="the API of the stack's output apis, if it has several")
    add_aws(command)


@contextmanager
def function_of(options: argparse.Namespace) -> Iterator["tuple[AuthorizerFunction, Account]"]:
    """The function for the options of ``add_function``, and the account that it is in. What cannot be read, also in the block,
    is ``Undetermined``."""
    # Imported only here, as boto3 is: `--help` needs none of it.
    from ..check.account import account_of
    from ..check.function import AuthorizerFunction
    from ..check.row import Broken, NotChecked
    from ..check.sender import Deadline
    from ..check.target import NotOurs

    promises = None if options.function is not None else _api(options)
    try:
        with kms_of(options, Undetermined) as kms:
            session = session_of(options)
            if session.get_credentials() is None:
                raise Undetermined(NO_CREDENTIALS)
            account = account_of(session, kms)
            arn = _named(options.function, account) if promises is None else _of_api(promises, account)
            yield AuthorizerFunction(lambda: arn, account, Deadline()), account
    except (
        NotOurs,
        NotChecked,
        Broken,
        ValueError,
    ) as fault:  # botocore's for an endpoint that is no URL is a ValueError
        raise Undetermined(str(fault)) from None


def _api(options: argparse.Namespace) -> "Promises":
    """The API of the stack. Raises ``Undetermined``."""
    from ..check.promises import of_outputs

    try:
        apis = of_outputs(outputs_of(options))
    except ValueError as fault:
        raise Undetermined(str(fault)) from None
    names = ", ".join(api.name for api in apis if api.name) or "not named"
    found = [api for api in apis if options.api in (None, api.name)]
    if not found:
        raise Undetermined(f"--api {options.api}: not one of the stack's APIs, which are {names}")
    if len(found) > 1:
        raise Undetermined(f"the stack has {len(found)} APIs: use --api with one of {names}")
    return found[0]


def _of_api(promises: "Promises", account: "Account") -> str:
    from ..check.deployed import read_deployed
    from ..check.target import locate

    return read_deployed(promises, locate(promises, account), account).function_arn


def _named(name: str, account: "Account") -> str:
    from ..check.account import NotFound, read

    call = account.lambda_.get_function_configuration
    try:
        found = read("lambda:GetFunctionConfiguration", call, FunctionName=name)
    except NotFound:
        raise Undetermined(
            f"--function {name}: there is no such function in region {account.region} of this account: use --region and "
            "--profile of its own"
        ) from None
    if "FunctionArn" not in found:
        raise Undetermined(f"the answer of {account.lambda_.meta.endpoint_url} is none of AWS's: see AWS_ENDPOINT_URL")
    return str(found["FunctionArn"])
