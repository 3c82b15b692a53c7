"""The commands: each is a module of the same name, whose ``COMMAND`` is a ``Command``."""

COMMANDS = {
    "dev": "deploy the program in this folder on the embedded AWS, and show what becomes of requests",
    "mint": "sign a token and print it",
    "jwks": "print public keys as a JWKS",
    "client": "make a secret or a key for a client of the token service",
    "inspect": "show the content of a token",
    "explain": "show which check denies a token, and why",
    "logs": "show what a deployed authorizer has decided",
    "audit": "show who may call what, before it is deployed",
    "check": "check that a deployed API keeps its promises",
    "revoke": "revoke tokens, clients and keys without a deployment",
    "completion": "print the completion script for a shell",
}
"""In the order of the help. Each module is imported only if the command line names it."""
