"""What AWS documents of IAM and MiniStack, which enforces it, does not know.

It runs in MiniStack's process, where only the standard library, MiniStack and its dependencies can be imported, and it
imports nothing else of this project. What it does, and where it differs from AWS, is in docs/emulator.md.
"""

from . import condition_keys, function_logs, key_policies, key_tags, web_identity


def install() -> None:
    """From now on MiniStack's IAM follows these rules as well."""
    condition_keys.install()
    key_policies.install()
    key_tags.install()
    function_logs.install()
    web_identity.install()


__all__ = ["install"]
