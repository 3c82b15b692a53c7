"""The resources that the emulator supports: one module per AWS service, and one table of them all."""

from ..aws import Aws
from .handler import Deployed, Function, Handler, Inputs, Outputs

__all__ = ["Aws", "Deployed", "Function", "Handler", "Inputs", "Outputs"]
