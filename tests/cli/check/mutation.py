"""A promise that is broken on the emulator, and the rows that must say so."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from .stack import Stack


@dataclass(frozen=True)
class Mutation:
    """One broken promise: ``how`` breaks it until the end of the block."""

    broken: str
    rows: frozenset[str]
    how: Callable[[Stack], AbstractContextManager[None]]
    alone: bool = False
    """Whether it hides what others break, or replaces the version that the alias ``live`` leads to."""


def mutation(broken: str, *rows: str, alone: bool = False) -> Callable[[Callable[[Stack], Iterator[None]]], Mutation]:
    """Decorates a generator that breaks the promise, yields, and mends it."""
    return lambda how: Mutation(broken, frozenset(rows), contextmanager(how), alone)


def authorizer(broken: str, *rows: str, accepts: str = "False", denies: str = "False") -> Mutation:
    """The authorizer's function accepts or denies what it should not: expressions in the names of ``mutant.py``."""
    return Mutation(broken, frozenset(rows), lambda stack: stack.mutant(accepts, denies))


def batches(mutations: Sequence[Mutation]) -> list[list[Mutation]]:
    """Mutations that can be tried together, since each breaks rows of its own."""
    found: list[list[Mutation]] = []
    for one in mutations:
        fitting = (batch for batch in found if not one.alone and all(_apart(one, other) for other in batch))
        batch = next(fitting, None)
        if batch is None:
            found.append([one])
        else:
            batch.append(one)
    return found


def _apart(one: Mutation, other: Mutation) -> bool:
    return not other.alone and not one.rows & other.rows


@contextmanager
def all_broken(stack: Stack, batch: Sequence[Mutation]) -> Iterator[None]:
    """Until the end of the block."""
    with ExitStack() as broken:
        for one in batch:
            broken.enter_context(one.how(stack))
        yield
