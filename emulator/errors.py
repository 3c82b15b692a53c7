"""The errors a user of the emulator can meet. Each message says what is at fault and what to do about it."""


class EmulatorError(Exception):
    """Base of the errors that need no traceback: the command line prints the message and exits with 1."""


class SetupError(EmulatorError):
    """MiniStack's environment cannot be made: no uv, no network, or a package that does not install."""


class ServerError(EmulatorError):
    """MiniStack did not start, or did not become healthy in time."""


class PortInUseError(ServerError):
    """The port that was asked for is taken by another process."""


class ConfigError(EmulatorError):
    """A project or stack file is missing, unreadable, or lacks a value that the program needs."""


class UnsupportedError(EmulatorError):
    """The program uses something the emulator does not know: a resource type, an input, a function or an option."""


class ResourceError(EmulatorError):
    """AWS refused a resource. The message names the URN; the cause is the original exception."""
