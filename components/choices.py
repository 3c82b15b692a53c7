"""Inputs with a fixed set of values: literals for type checkers, strings for Pulumi's analyzer, which supports no literals.

Inputs that programs read from the stack's configuration, where all values are text, remain strings: architecture, runtime,
log level, ...
"""

from typing import TYPE_CHECKING, Literal

KeySourceLiteral = Literal["pinned", "kms"]
ScopesMatchLiteral = Literal["all", "any"]
BoundTokensLiteral = Literal["accepted", "required"]
AuthorizationLiteral = Literal["iam", "jwt"]

if TYPE_CHECKING:
    KeySource = KeySourceLiteral
    ScopesMatch = ScopesMatchLiteral
    BoundTokens = BoundTokensLiteral
    Authorization = AuthorizationLiteral
else:
    KeySource = ScopesMatch = BoundTokens = Authorization = str
