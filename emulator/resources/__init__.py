"""What handlers of your own are made of: ``from kms_jwt.emulator.resources import Aws, Deployed, Function, Handler``.

A mapping from the token of a type or function to its handler is the argument ``handlers`` of the fixture ``deployed_stack``,
or the entry point of a package, in the group ``kms_jwt.emulator``. ``Inputs`` and ``Outputs`` are properties by their names
in Pulumi's engine, in camelCase.
"""

from ..aws import Aws
from .handler import Deployed, Function, Handler, Inputs, Outputs

__all__ = ["Aws", "Deployed", "Function", "Handler", "Inputs", "Outputs"]
