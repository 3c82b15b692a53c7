"""Values with named fields, on the import path of every cold start."""

TYPE_CHECKING = False  # as type checkers read it: importing typing would take a tenth of the time of an empty function
if TYPE_CHECKING:
    from typing import Self


class Record:
    """A value with the fields that ``__slots__`` names, equal to another one with the same fields.

    Its classes write their constructor themselves: creating a named tuple's class takes ten times as long, and Lambda creates
    all classes anew at each cold start.
    """

    __slots__: tuple[str, ...] = ()

    def replaced(self, **changes: object) -> "Self":
        """A copy with other values for the fields that ``changes`` names. Raises ``TypeError`` if there is no such field."""
        if unknown := changes.keys() - set(self.__slots__):
            raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
        copy = object.__new__(type(self))
        for name in self.__slots__:
            setattr(copy, name, changes[name] if name in changes else getattr(self, name))
        return copy

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"
