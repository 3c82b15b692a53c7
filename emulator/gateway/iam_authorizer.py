"""IAM authorization: requests that are signed with AWS credentials, by principals that may ``execute-api:Invoke`` the route.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

from . import callers, sigv4
from .exchange import Exchange
from .refusal import Refusal


def authorize(exchange: Exchange) -> None:
    """Returns if the request may go on. Raises ``Refusal`` otherwise."""
    try:
        caller = _authenticated(exchange)
        if not callers.may(caller, "execute-api:Invoke", exchange.arn, exchange.api, exchange.request.source_ip):
            raise sigv4.SignatureError(
                f"User: {caller.arn} is not authorized to perform: execute-api:Invoke on resource: {exchange.arn}"
            )
    except sigv4.SignatureError as error:
        exchange.variables["authorizer.error"] = str(error)
        raise Refusal(403, "Forbidden", "ACCESS_DENIED", str(error)) from None
    exchange.iam = {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "callerId": caller.id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": caller.arn,
        "userId": caller.id,
    }


def _authenticated(exchange: Exchange) -> callers.Caller:
    request, api = exchange.request, exchange.api
    signature = sigv4.parse(request)
    sigv4.check_scope(signature, request, api.region)
    caller = callers.find(signature.access_key, request.headers.get("x-amz-security-token", ""), api)
    if caller is None:
        raise sigv4.SignatureError("The security token included in the request is invalid.")
    sigv4.check_signature(signature, request, caller.secret)
    return caller
