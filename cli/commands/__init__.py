"""The commands: each is the module of its name, whose ``COMMAND`` is a ``Command``."""

COMMANDS = {
    "mint": "sign a token and print it",
    "jwks": "print public keys as a JWKS",
    "inspect": "show what a token says",
    "explain": "tell which check denies a token, and why",
    "completion": "print the script that completes commands and options in a shell",
}
"""In the order of the help. Each is imported only if the command line names it."""
