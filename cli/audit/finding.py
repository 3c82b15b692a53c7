"""What the audit found."""

from dataclasses import dataclass

from .resource import Resource


@dataclass(frozen=True)
class Finding:
    """Something that a reviewer should know."""

    rule: str
    """Which rule found it, such as ``public-route``."""
    urn: str
    """The resource."""
    message: str
    """What was found, and what to write instead, if it is not meant to be so."""
    noted: bool = False
    """Whether it is only noted: asked for in so many words, or harmless by itself. It does not make the audit fail."""

    @property
    def accepted_by(self) -> str:
        """What the option ``--accept`` calls it: ``<rule>:<logical name>``."""
        return f"{self.rule}:{self.urn.rpartition('::')[2]}"


def finding(rule: str, resource: Resource | None, message: str, *, noted: bool = False) -> Finding:
    """A finding in ``resource``; ``None`` stands for one of another stack."""
    return Finding(rule, resource.urn if resource else "", message, noted)
