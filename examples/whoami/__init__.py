"""``whoami``: a backend that answers with what it was told of the caller, for smoke tests."""

from .component import WhoamiBackend

__all__ = ["WhoamiBackend"]
