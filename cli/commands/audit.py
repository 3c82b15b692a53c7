"""``kms-jwt audit``: who may call what, before it is deployed."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace

from ..audit import Document, Finding, Report, audit, read_document
from ..audit.rendering import as_json, as_text
from ..command import Command, Output, Undetermined, UsageError
from ..terminal import read_text

_DESCRIPTION = """\
Show who may call each route of the HTTP APIs in a stack and what answers, and find what is open by accident: routes
without an authorizer, wildcards in policies, and more. It reads what Pulumi says about the stack; nothing is called.

With a preview, or with two documents, it also shows what changes for callers: + opens, - closes, ~ changes.

The exit code is 0 if nothing is found, 1 if something is, 2 if it cannot be determined: invalid arguments or documents.
What a component was asked for in so many words, such as a public route, is noted and does not count.
"""

_EXAMPLES = """\
  pulumi preview --json --show-sames | %(prog)s -
  pulumi stack export | %(prog)s -
  %(prog)s before.json after.json
  %(prog)s after.json --json --accept public-route:health
"""


def _add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "documents",
        nargs="+",
        metavar="FILE",
        help="the output of `pulumi preview --json --show-sames` or `pulumi stack export` (-: standard input); two are "
        "compared, the older one first",
    )
    command.add_argument("--json", action="store_true", help="print the report as JSON")
    command.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="RULE:NAME",
        help="note a finding, as the rule and the logical name of the resource, instead of failing; may be repeated",
    )


def _run(options: argparse.Namespace) -> Output:
    paths = options.documents
    if len(paths) > 2:
        raise UsageError(f"at most two documents can be compared, and {len(paths)} are given")
    if paths.count("-") > 1:
        raise UsageError("-: standard input is one document: specify a file for the other")
    *older, newest = [_read(path) for path in paths]
    before = older[0].after if older else newest.before
    report = _accepted(audit(newest.after, before), options.accept)
    lines = json.dumps(as_json(report), indent=2).split("\n") if options.json else as_text(report)
    return Output(lines, 1 if report.failures else 0)


def _read(path: str) -> Document:
    try:
        return read_document(read_text(path))
    except (OSError, ValueError) as fault:
        raise Undetermined(f"{path}: {fault}") from None


def _accepted(report: Report, accepted: list[str]) -> Report:
    """``report`` with accepted findings noted. Raises ``UsageError`` for one that is not there, so that the list stays true."""
    found = {finding.accepted_by for finding in report.failures}
    if unknown := [name for name in accepted if name not in found]:
        raise UsageError(*(f"--accept {name}: there is no such finding: remove it" for name in unknown))
    return replace(report, findings=tuple(_note(report.findings, accepted)))


def _note(findings: tuple[Finding, ...], accepted: list[str]) -> Iterator[Finding]:
    for finding in findings:
        if not finding.noted and finding.accepted_by in accepted:
            yield replace(finding, noted=True, message=f"{finding.message} (accepted)")
        else:
            yield finding


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
