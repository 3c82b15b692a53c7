"""ACM certificates. MiniStack issues them immediately, without checking DNS."""

import time
from typing import Any

from ..aws import Aws
from ..errors import EmulatorError
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, request, update_tags

ISSUE_SECONDS = 30.0


def _create_certificate(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, "domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod")
    if inputs["tags"]:  # ACM rejects an empty list
        parameters["Tags"] = key_value_tags(inputs["tags"])
    arn = aws.client("acm").request_certificate(**parameters)["CertificateArn"]
    found = aws.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return arn, {
        "arn": arn,
        "domainValidationOptions": [_validation(option) for option in found["DomainValidationOptions"]],
        "status": found["Status"],
        "type": found["Type"],
    }


def _validation(option: dict[str, Any]) -> dict[str, str]:
    record = option["ResourceRecord"]
    return {
        "domainName": option["DomainName"],
        "resourceRecordName": record["Name"],
        "resourceRecordType": record["Type"],
        "resourceRecordValue": record["Value"],
    }


def _update_certificate(aws: Aws, certificate: Deployed, new: Inputs) -> Outputs:
    acm, arn = aws.client("acm"), certificate.id
    update_tags(
        certificate,
        new,
        lambda tags: acm.add_tags_to_certificate(CertificateArn=arn, Tags=key_value_tags(tags)),
        lambda keys: acm.remove_tags_from_certificate(CertificateArn=arn, Tags=[{"Key": key} for key in keys]),
    )
    return {}


CERTIFICATE = Handler(
    create=_create_certificate,
    update=_update_certificate,
    delete=lambda aws, certificate: aws.client("acm").delete_certificate(CertificateArn=certificate.id),
    inputs=frozenset({"domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"}),
    replace_on=frozenset({"domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"}),
    defaults={"tags": {}},
)


def _await_issued(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    """Waits for the certificate, as the AWS provider does. Creates nothing."""
    arn = inputs["certificateArn"]
    deadline = time.monotonic() + ISSUE_SECONDS
    while (status := aws.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["Status"]) != "ISSUED":
        if time.monotonic() > deadline:
            raise EmulatorError(f"certificate {arn} was still {status} after {ISSUE_SECONDS:.0f} seconds")
        time.sleep(0.05)
    return arn, {}


CERTIFICATE_VALIDATION = Handler(
    create=_await_issued,
    delete=lambda aws, validation: None,  # nothing was created
    inputs=frozenset({"certificateArn", "validationRecordFqdns"}),
)
