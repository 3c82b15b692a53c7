"""What the import of the components costs a program."""

from .forks import Forks


def test_a_program_imports_the_services_that_every_api_needs(forks: Forks) -> None:
    """Of pulumi_aws, whose services take most of the time. The others are imported by what declares their resources."""
    modules = forks.ask({"imported": "pulumi_aws."})

    services = {name.split(".")[1] for name in modules if name.count(".") > 1}
    assert services == {"apigatewayv2", "cloudwatch", "iam", "kms", "lambda_"}
