"""MiniStack's answers have the content types of AWS's protocols, and botocore is not imported for them."""

import json
import subprocess
from pathlib import Path

import emulator
from emulator.environment import ministack_python

PROGRAM = """
import json, sys
from ministack.core import responses
sys.path.append(sys.argv[1])
import gateway, iam, service_models
service_models.install()
types = {
    service: [
        responses.expected_success_content_type(service, found) for found in ("application/json", "application/xml")
    ]
    for service in ("iam", "kms", "lambda", "monitoring", "unknown")
}
imported = sorted(name for name in sys.modules if name.startswith(("boto3", "botocore.")))
operation = responses._service_model("states").operation_model("StartExecution").name
print(json.dumps([types, imported, operation, "botocore.session" in sys.modules]))
"""


def test_the_content_types_of_services_without_botocore() -> None:
    """Which is there for who asks for more of a model than its protocol."""
    command = [str(ministack_python()), "-I", "-c", PROGRAM, str(Path(emulator.__file__).parent)]
    output = subprocess.run(command, capture_output=True, check=True).stdout

    types, imported, operation, asked = json.loads(output)
    assert types == {
        "iam": [None, "text/xml"],
        "kms": ["application/x-amz-json-1.1", None],
        "lambda": ["application/json", None],
        "monitoring": ["application/x-amz-json-1.0", "text/xml"],
        "unknown": [None, None],
    }
    assert imported == []
    assert (operation, asked) == ("StartExecution", True)
