"""The protocol of each AWS service, which MiniStack asks for at every answer, without botocore.

MiniStack makes a session of botocore for each service, whose imports, handlers and list of all services cost more CPU time
than its own start. The protocol is in the model that its IAM has read already. Who asks for more of a model gets botocore's.

It runs in MiniStack's process, where only the standard library, MiniStack and its dependencies can be imported.
"""

from typing import Any

from ministack.core import iam_actions, responses


class _Model:
    """A service's model, of which only ``metadata`` is there before somebody asks for more."""

    def __init__(self, service: str, metadata: dict[str, Any], whole: Any) -> None:
        self.metadata = metadata
        self._service = service
        self._whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole(self._service), name)


def install() -> None:
    """From now on MiniStack asks here."""
    whole, load = responses._service_model, iam_actions._load_botocore_model
    known: dict[str, dict[str, Any]] = {}

    def load_and_remember(name: str) -> dict[str, Any]:
        model: dict[str, Any] = load(name)
        known[name] = model.get("metadata", {}) if model else {}
        return model

    def model_of(service: str) -> _Model | None:
        name = responses._BOTOCORE_NAME.get(service, service)
        if name not in known:
            load_and_remember(name)
        return _Model(service, known[name], whole) if known[name] else None

    iam_actions._load_botocore_model = load_and_remember
    responses._service_model = model_of
