"""Inputs that are one of a few words: literals for type checkers, strings for Pulumi's analyzer, which knows no literals.

What programs read from their stack's configuration, where all is text, stays a string: architecture, runtime, log level, ...
"""

from typing import TYPE_CHECKING, Literal

KeySourceLiteral = Literal["pinned", "kms"]
ScopesMatchLiteral = Literal["all", "any"]

if TYPE_CHECKING:
    KeySource = KeySourceLiteral
    ScopesMatch = ScopesMatchLiteral
else:
    KeySource = ScopesMatch = str
