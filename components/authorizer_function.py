"""AuthorizerFunction: the Lambda function of the authorizer, its package with ``config.json`` inside, and its log group."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .authorizer_config import KeysArgs, RouteScopes, TokenPolicyArgs, check_tokens, config_json
from .names import check_name, scoped_name
from .package import ARCHITECTURES, RUNTIMES, Target, build_package, host_target
from .validation import Faults, check_shape

HANDLER = "authorizer.handler.handler"

_LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


class FunctionSettingsArgs(TypedDict):
    """How the Lambda function runs."""

    memory_size: NotRequired[int]
    """Memory in MB, 128 to 10240, default 512. Lambda's CPU share grows with it."""
    timeout: NotRequired[int]
    """Seconds that one invocation may take, 1 to 9, default 5. API Gateway waits 10 seconds for an authorizer."""
    architecture: NotRequired[str]
    """"arm64" (default), "x86_64", or "host": this very machine, for emulators that run functions on their host."""
    runtime: NotRequired[str]
    """The Lambda runtime: python3.12, python3.13 (default) or python3.14. With architecture "host", this interpreter's."""
    log_retention_days: NotRequired[int]
    """Days that log events are kept, one of CloudWatch's choices, default 30."""


class AuthorizerFunctionArgs(TypedDict):
    """A request authorizer."""

    role_arn: pulumi.Input[str]
    """ARN of the execution role, such as `AuthorizerRole` makes."""
    issuer: pulumi.Input[str]
    """The exact value of the tokens' `iss` claim."""
    audience: list[pulumi.Input[str]]
    """The values of the `aud` claim that are taken, exactly; one of them is enough."""
    keys: KeysArgs
    """The keys whose signatures are trusted."""
    policy: NotRequired[TokenPolicyArgs]
    """What else a token must satisfy."""
    route_scopes: NotRequired[dict[str, list[str]]]
    """Route key -> the scopes a token must have: the closed list of routes, any other is denied. Default: any route, and
    no scopes."""
    settings: NotRequired[FunctionSettingsArgs]
    """How the function runs."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the function and its log group."""


class AuthorizerFunction(pulumi.ComponentResource):
    """The authorizer as a Lambda function. Code and policy are one package, so that they change together."""

    function_arn: pulumi.Output[str]
    """ARN of the function."""
    function_name: pulumi.Output[str]
    """Name of the function."""
    invoke_arn: pulumi.Output[str]
    """The URI under which API Gateway invokes the function."""
    log_group_name: pulumi.Output[str]
    """Name of the log group."""

    def __init__(self, name: str, args: AuthorizerFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        faults = Faults(f'AuthorizerFunction "{name}"')
        args = check_shape(args, AuthorizerFunctionArgs, faults)
        check_tokens(args, faults)
        settings = args.get("settings", {})
        check_settings(settings, faults.below("settings"))
        check_name(name, "-lambda", faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:AuthorizerFunction", name, None, opts)
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=log_group_name(name),
            retention_in_days=settings.get("log_retention_days", 30),
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        target = _target(settings)
        function = aws.lambda_.Function(
            f"{name}-lambda",
            description="API Gateway authorizer: lets in JWTs signed by KMS keys",
            role=args["role_arn"],
            runtime=target.runtime,
            architectures=[target.architecture],
            handler=HANDLER,
            code=_archive(target, args),
            memory_size=settings.get("memory_size", 512),
            timeout=settings.get("timeout", 5),
            # The level of the platform's lines; those of the authorizer have their own.
            logging_config={"log_format": "JSON", "system_log_level": "WARN", "log_group": log_group.name},
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.function_arn = function.arn
        self.function_name = function.name
        self.invoke_arn = function.invoke_arn
        self.log_group_name = log_group.name
        self.register_outputs(
            {
                "functionArn": self.function_arn,
                "functionName": self.function_name,
                "invokeArn": self.invoke_arn,
                "logGroupName": self.log_group_name,
            }
        )


def log_group_name(name: str) -> str:
    """The log group of the ``AuthorizerFunction`` called ``name``: known beforehand, so that its role can name it."""
    return f"/aws/lambda/{scoped_name(name)}"


def check_settings(settings: FunctionSettingsArgs, faults: Faults) -> None:
    """Note in ``faults`` what Lambda or API Gateway would refuse."""
    memory, timeout = settings.get("memory_size", 512), settings.get("timeout", 5)
    if not 128 <= memory <= 10240:
        faults.below("memory_size").add(f"must be 128 to 10240 MB, and is {memory}")
    if not 1 <= timeout <= 9:
        faults.below("timeout").add(f"must be 1 to 9 seconds, since API Gateway waits for 10, and is {timeout}")
    architecture, runtime = settings.get("architecture", "arm64"), settings.get("runtime", "python3.13")
    if architecture not in (*ARCHITECTURES, "host"):
        faults.below("architecture").add(f"must be arm64, x86_64 or host, and is {architecture!r}")
    if runtime not in RUNTIMES:
        faults.below("runtime").add(f"must be one of {', '.join(RUNTIMES)}, and is {runtime!r}")
    if settings.get("log_retention_days", 30) not in _LOG_RETENTION_DAYS:
        days = ", ".join(map(str, _LOG_RETENTION_DAYS))
        faults.below("log_retention_days").add(f"must be one of {days}, and is {settings['log_retention_days']}")


def _target(settings: FunctionSettingsArgs) -> Target:
    architecture = settings.get("architecture", "arm64")
    if architecture == "host":
        return host_target()
    return Target(settings.get("runtime", "python3.13"), architecture)


def _archive(target: Target, args: AuthorizerFunctionArgs) -> pulumi.Output[pulumi.Archive]:
    package = build_package(target)
    routes: dict[str, RouteScopes] | None = None
    if "route_scopes" in args:
        routes = {route_key: {"scopes": scopes} for route_key, scopes in args["route_scopes"].items()}
    return config_json(args, routes).apply(
        lambda config: pulumi.AssetArchive(
            {".": pulumi.FileArchive(str(package)), "config.json": pulumi.StringAsset(config)}
        )
    )
