"""Errors of KMS."""


class KmsError(Exception):
    """A request that KMS rejects with ``code``, such as ``DisabledException``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
