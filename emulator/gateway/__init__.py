"""The data plane of HTTP APIs, as AWS documents it: an ASGI application around MiniStack's.

It runs in MiniStack's process, where only the standard library, MiniStack and its dependencies can be imported, and it
imports nothing else of this project. What it does, and where it differs from AWS, is in docs/emulator.md.
"""

from .application import Gateway

__all__ = ["Gateway"]
