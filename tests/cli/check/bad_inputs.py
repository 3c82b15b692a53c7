"""Inputs with which nothing can be checked, and what is said then."""

AWS = "https://a1b2c3.execute-api.eu-west-1.amazonaws.com"

_REST = {"key_alias": "{key}", "issuer": "i", "audience": "a"}

BAD_OUTPUTS = {
    "stack without outputs": ({}, "the stack has no outputs: run `pulumi up`"),
    "no APIs": ({"apis": {}}, "has no API: export api_endpoint of the AuthorizedHttpApi as endpoint"),
    "outputs of something else": ({"bucket": "b"}, "has no API: export api_endpoint of the AuthorizedHttpApi as endpoint"),
    "no issuer": ({"endpoint": "{endpoint}", "key_alias": "{key}"}, "the issuer is not known: use --issuer, or export"),
    "elsewhere": (
        {**_REST, "endpoint": "https://example.com/"},
        "https://example.com: neither an endpoint of API Gateway nor one of its custom domains in region eu-west-1",
    ),
    "a host between": (
        {**_REST, "endpoint": "http://127.0.0.1:9", "api_id": "{api_id}"},
        "http://127.0.0.1:9: neither an endpoint of API Gateway nor one of its custom domains",
    ),
    "the emulator's path elsewhere": (
        {**_REST, "endpoint": "https://example.com/_aws/execute-api/{api_id}"},
        "neither an endpoint of API Gateway nor one of its custom domains",
    ),
    "another API's id": (
        {**_REST, "endpoint": "{endpoint}", "api_id": "other00"},
        "is the endpoint of the API {api_id}, and api_id is other00: export both from one AuthorizedHttpApi",
    ),
    "no TLS": ({**_REST, "endpoint": AWS.replace("s", "", 1)}, "tokens are sent over TLS only: write https://"),
    "no such stage": (
        {**_REST, "endpoint": "{endpoint}/foo"},
        "the API has no stage foo, it has $default: write its api_endpoint, without a path",
    ),
    "no URL": ({**_REST, "endpoint": "api.example.com"}, "api.example.com: not the URL of an API: write the whole"),
    "half a URL": ({**_REST, "endpoint": "http://[::1"}, "http://[::1: not the URL of an API"),
    "a user in the URL": ({**_REST, "endpoint": "https://me@example.com"}, "https://me@example.com: not the URL of an API"),
    "no route": (
        {**_REST, "endpoint": "{endpoint}", "routes": {"GET @127.0.0.1:9/x": {}}},
        "the output routes: 'GET @127.0.0.1:9/x' is no route key: write a method and a path",
    ),
    "another region": (
        {**_REST, "endpoint": "https://a1b2c3.execute-api.us-east-2.amazonaws.com"},
        "the API is in region us-east-2, not eu-west-1: use --region us-east-2",
    ),
    "another account": (
        {**_REST, "endpoint": AWS},
        "there is no HTTP API a1b2c3 in region eu-west-1 of this account: use --region and --profile",
    ),
    "no such key": (
        {**_REST, "endpoint": "{endpoint}", "key_alias": "alias/nobody"},
        "alias/nobody: no such key or alias in this account and region",
    ),
}  # fmt: skip
"""Outputs of a stack."""

_ROUTES = "--route POST /orders: not a protected route for GET; those are GET /whoami, GET /orders"

BAD_OPTIONS = {
    "POST": (["--route", "POST /orders"], _ROUTES),
    "a public route": (["--route", "GET /health"], "--route GET /health: not a protected route for GET"),
    "another API": (["--api", "reports"], "--api reports: not one of the stack's APIs, which are orders"),
    "no folder": (["--junit", "/nonexistent/x.xml"], "--junit: /nonexistent/x.xml cannot be written: No such file"),
    "no certificate": (["--certificate", "/nonexistent"], "--certificate: /nonexistent: no certificate with its private key"),
    "no profile": (["--profile", "nope"], "--profile: the profile nope does not exist: `aws configure list-profiles`"),
}  # fmt: skip
"""Beside the outputs of a stack."""
