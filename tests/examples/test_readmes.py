"""Every example that runs on the emulator goes on to the first good call in its README."""

from .consumer import EXAMPLES

ELSEWHERE = {
    "aws_roles": "the status 200",  # the caller is a function: tests/examples/test_aws_roles.py
    "single_page_app": "press `List orders`",  # the caller is a page: tests/browser
}


def test_each_goes_on_to_the_first_good_call() -> None:
    readmes = {file.parent.name: file.read_text() for file in EXAMPLES.glob("*/README.md")}
    deployed = {name: text for name, text in readmes.items() if "kms-jwt dev" in text}

    assert len(deployed) > 12
    assert [name for name, text in deployed.items() if ELSEWHERE.get(name, "    # 200") not in text] == []
