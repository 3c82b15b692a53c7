"""The errors of the emulator. Each message says what is wrong and what to do about it."""


class EmulatorError(Exception):
    """Base of the errors that need no traceback: the command line prints the message and exits with 1."""


class SetupError(EmulatorError):
    """MiniStack's environment cannot be created: no uv, no network, or a package that cannot be installed."""


class ServerError(EmulatorError):
    """MiniStack did not start, or did not become healthy in time."""


class PortInUseError(ServerError):
    """The requested port is used by another process."""


class ConfigError(EmulatorError):
    """A project or stack file is missing, unreadable, or lacks a value that the program needs."""


class UnsupportedError(EmulatorError):
    """The program uses something that the emulator does not support: a resource type, an input, a function or an option."""


class ResourceError(EmulatorError):
    """AWS rejected a resource. The message names the URN; the cause is the original exception."""
