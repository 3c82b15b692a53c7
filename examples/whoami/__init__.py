"""``whoami``: a backend that returns what it receives about the caller, for smoke tests."""

from .component import WhoamiBackend

__all__ = ["WhoamiBackend"]
