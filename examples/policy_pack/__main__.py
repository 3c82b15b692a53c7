"""A Pulumi policy pack: nothing in a stack may be open by accident."""

from kms_jwt.cli.audit import audit, from_policy_pack
from pulumi_policy import EnforcementLevel, PolicyPack, ReportViolation, StackValidationArgs, StackValidationPolicy


def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
    """Each finding of `kms-jwt audit` that is not merely noted is a violation."""
    for finding in audit(from_policy_pack(args.resources)).failures:
        report_violation(finding.message, finding.urn)


description = "Routes, policies and permissions are open by intention only."
policy = StackValidationPolicy("open-by-intention", description, validate, EnforcementLevel.MANDATORY)
PolicyPack("kms-jwt", [policy])
