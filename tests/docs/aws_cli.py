"""Whether a command of the AWS CLI exists: service, operation and parameters, by the models that botocore and the CLI share."""

import functools

import botocore.session
from botocore import xform_name
from botocore.model import OperationModel

_GLOBAL = {"--output", "--profile", "--query", "--region"}
"""https://docs.aws.amazon.com/cli/latest/reference/#global-options"""


def check_aws(arguments: list[str]) -> None:
    """Raises ``ValueError`` if the AWS CLI would reject the names of these ``arguments``, or miss one."""
    service, operation, *rest = arguments
    model = _operation(service, operation)
    members = model.input_shape.members if model.input_shape else {}
    names = {f"--{xform_name(member, '-')}": member for member in members}
    given = [word for word in rest if word.startswith("--")]
    for name in given:
        flag = f"--{name.removeprefix('--no-')}"
        boolean = flag in names and members[names[flag]].type_name == "boolean"
        if name not in names and name not in _GLOBAL and not boolean:
            raise ValueError(f"aws {service} {operation} has no {name}: it has {', '.join(sorted(names))}")
    required = model.input_shape.required_members if model.input_shape else []
    if missing := [member for member in required if f"--{xform_name(member, '-')}" not in given]:
        raise ValueError(f"aws {service} {operation} needs {', '.join(missing)}")


@functools.cache
def _operation(service: str, operation: str) -> OperationModel:
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        raise ValueError(f"aws has no service {service}")
    model = session.get_service_model(service)
    for name in model.operation_names:
        if xform_name(name, "-") == operation:
            return model.operation_model(name)
    raise ValueError(f"aws {service} has no operation {operation}")
