"""What AWS documents of KMS and MiniStack's KMS does differently: key states, ML-DSA, message types.

It runs in MiniStack's process, where only the standard library, MiniStack and its dependencies can be imported, and it
imports nothing else of this project. What it does, and where it differs from AWS, is in docs/emulator.md.
"""

from .requests import install

__all__ = ["install"]
