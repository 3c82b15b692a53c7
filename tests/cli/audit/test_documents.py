"""The documents of Pulumi: what is read from them, and one line about what cannot be."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cli.audit import Resource, audit, from_recording, read_document
from cli.audit.pulumi_values import SECRET, SIGNATURE, UNKNOWN, plain
from cli.audit.rendering import as_json, as_text
from cli.audit.resource import Opaque
from components.testing import declare
from tests.components.example import whole_api

from .registered import Registered, exported, previewed, register


@pytest.fixture(scope="module")
def first() -> Registered:
    """The first preview of a program: no id is known, and no key."""
    return register(whole_api, preview=True)


@pytest.fixture(scope="module")
def known() -> Registered:
    return register(whole_api)


def _text(resources: tuple[Resource, ...]) -> str:
    return "\n".join(as_text(audit(resources)))


def test_an_export_a_preview_and_a_recording_say_the_same(known: Registered) -> None:
    reports = {
        _text(read_document(json.dumps(exported(known.states.values()))).after),
        _text(read_document(json.dumps(previewed(known.states))).after),
        _text(from_recording(known.recording)),
    }

    assert len(reports) == 1
    assert "GET /orders   a token with orders:read  Lambda function backend" in reports.pop()


def test_a_first_preview_says_who_may_call_what_without_any_id(first: Registered) -> None:
    """Which route is whose follows from what each input depends on."""
    text = _text(read_document(json.dumps(previewed(first.states))).after)

    assert UNKNOWN in json.dumps(first.states)
    assert UNKNOWN not in text
    assert text.count("another stack") == 0
    assert "tokens      known after deployment" in text
    assert "GET /health   anybody " in text
    assert "POST /orders  a token; which one is known after deployment  Lambda function backend" in text
    assert "Findings: none" in text


def test_a_preview_has_two_states(known: Registered) -> None:
    urn = next(urn for urn in known.states if urn.endswith("::orders-route-POST-orders-be6d73"))
    after = {name: state for name, state in known.states.items() if name != urn}
    document = read_document(json.dumps(previewed(after, known.states)))

    assert document.before is not None
    assert {item.urn for item in document.before} - {item.urn for item in document.after} == {urn}


def test_a_preview_without_what_remains_the_same_is_refused(known: Registered) -> None:
    with pytest.raises(
        ValueError, match=r"remain the same and 1 of them are listed: use `pulumi preview --json --show"
    ):
        read_document(json.dumps(previewed(known.states, known.states, show_sames=False)))


def test_a_resource_that_is_replaced_has_several_steps(known: Registered) -> None:
    """With ``--show-replacement-steps``."""
    document = previewed(known.states, known.states)
    (step,) = (step for step in document["steps"] if step["urn"].endswith("::orders-authorizer-gateway"))
    steps = [
        {**step, "op": "create-replacement"},
        {**step, "op": "replace"},
        {"op": "delete-replaced", "urn": step["urn"], "oldState": step["oldState"]},
    ]
    document["changeSummary"] = {"same": len(document["steps"]) - 1, "replace": 1}
    document["steps"] = [other for other in document["steps"] if other is not step] + steps

    assert _text(read_document(json.dumps(document)).after) == _text(
        read_document(json.dumps(exported(known.states.values()))).after
    )


def test_a_resource_that_is_yet_to_be_deleted_is_not_one_of_the_stack(known: Registered) -> None:
    (route,) = (state for urn, state in known.states.items() if urn.endswith("::orders-route-GET-health-74fac6"))
    pending = {**route, "id": "old", "delete": True, "inputs": {**route["inputs"], "routeKey": "GET /old"}}
    (noted,) = (
        found
        for found in audit(read_document(json.dumps(exported([*known.states.values(), pending]))).after).findings
        if found.rule == "not-audited"
    )

    assert (
        noted.message
        == "orders-route-GET-health-74fac6: it has been replaced and is yet to be deleted, so that it is not audited"
    )


SECRETS = {
    "encrypted": ({SIGNATURE: SECRET, "ciphertext": "v1:abc"}, Opaque.SECRET),
    "blinded": ("[secret]", Opaque.SECRET),
    "shown": ({SIGNATURE: SECRET, "plaintext": '"x"'}, "x"),
    "shown, and an archive": ({SIGNATURE: SECRET, "plaintext": json.dumps({"assets": {}})}, {"assets": {}}),
    "broken": ({SIGNATURE: SECRET, "plaintext": "{"}, Opaque.SECRET),
    "on the wire": ({SIGNATURE: SECRET, "value": ["x"]}, ["x"]),
    "output": ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 1}, 1),
    "unknown output": ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, Opaque.UNKNOWN),
    "reference": ({SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "u", "id": "i"}, "i"),
    "unknown": ([UNKNOWN], [Opaque.UNKNOWN]),
}


@pytest.mark.parametrize("name", SECRETS)
def test_special_values(name: str) -> None:
    value, expected = SECRETS[name]

    assert plain(value) == expected


def test_the_configuration_of_an_authorizer_may_be_a_secret(known: Registered) -> None:
    """It is, if one of its inputs is; ``--show-secrets`` shows it."""
    states = json.loads(json.dumps(known.states))
    (function,) = (state for state in states.values() if "code" in state["inputs"])
    code = function["inputs"]["code"]

    function["inputs"]["code"] = {SIGNATURE: SECRET, "ciphertext": "v1:abc"}
    assert "tokens      a secret" in _text(read_document(json.dumps(exported(states.values()))).after)

    function["inputs"]["code"] = {SIGNATURE: SECRET, "plaintext": json.dumps(code)}
    assert _text(read_document(json.dumps(exported(states.values()))).after) == _text(
        read_document(json.dumps(exported(known.states.values()))).after
    )


ADVICE = ": write `pulumi preview --json --show-sames` or `pulumi stack export` into it"
ROUTE = {"urn": "urn:pulumi:a::b::aws:apigatewayv2/route:Route::r", "type": "aws:apigatewayv2/route:Route"}


def _with(**members: Any) -> str:
    return json.dumps(exported([{**ROUTE, **members}]))


BROKEN = {
    "empty": ("", f"not one whole JSON document (Expecting value: line 1 column 1 (char 0)){ADVICE}"),
    "truncated": (_with()[:-30], "not one whole JSON document ("),
    "two documents": ("{}\n{}", "not one whole JSON document (Extra data: line 2 column 1 (char 3))"),
    "too deep": ("[" * 100_000, f"not one whole JSON document (nested too deeply){ADVICE}"),
    "a list": ("[]", f"neither a preview nor an export, and is no object{ADVICE}"),
    "something else": ('{"outputs": {}}', "neither a preview nor an export, and has outputs"),
    "nothing": ("{}", "neither a preview nor an export, and has nothing"),
    "resources that are none": (
        '{"deployment": {"resources": [1]}}',
        f"deployment.resources must be a list of objects{ADVICE}",
    ),
    "steps that are none": ('{"steps": {}}', "steps must be a list of objects"),
    "no URN": (json.dumps(exported([{"type": "t"}])), "deployment.resources[0]: urn must be a string, and is None"),
    "no type": (_with(type=7), "deployment.resources[0]: type must be a string, and is 7"),
    "inputs that are none": (_with(inputs=[1]), "deployment.resources[0]: inputs must be an object, and is [1]"),
    "a failed preview": (
        json.dumps({"steps": [], "diagnostics": [{"severity": "error", "message": "it\n failed\n"}]}),
        "the preview failed, so that it does not list every resource: it failed",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_document_that_cannot_be_read(name: str) -> None:
    text, message = BROKEN[name]
    with pytest.raises(ValueError, match=r".") as error:
        read_document(text)

    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", [None, 7, "x", [1], {"a": 1}, True, Opaque.UNKNOWN, Opaque.SECRET])
def test_inputs_of_any_shape_are_no_reason_to_fail(known: Registered, value: object) -> None:
    """Each input of each resource in turn has a value that it never has."""
    resources = read_document(json.dumps(exported(known.states.values()))).after
    for index, resource in enumerate(resources):
        for name in resource.inputs:
            changed = replace(resource, inputs={**resource.inputs, name: value}, outputs={})
            others = (*resources[:index], changed, *resources[index + 1 :])
            report = audit(others, resources)
            assert "\n".join(as_text(report))
            assert json.dumps(as_json(report))


def test_an_empty_stack() -> None:
    document = read_document('{"version": 3, "deployment": {"manifest": {}}}')

    assert _text(document.after) == "There is no HTTP API.\n\nFindings: none\nNoted: none"


def test_thousands_of_routes(known: Registered) -> None:
    """Each is looked at once: the time grows with their number, not with its square."""
    route = next(state for urn, state in known.states.items() if urn.endswith("::orders-route-GET-orders-60c198"))
    copies = [
        {**route, "urn": f"{route['urn']}-{number}", "inputs": {**route["inputs"], "routeKey": f"GET /{number}"}}
        for number in range(5000)
    ]
    report = audit(read_document(json.dumps(exported([*known.states.values(), *copies]))).after)

    assert len(report.apis[0].routes) == 5003


def test_the_recording_of_a_preview_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"the recording is that of a preview, .*: use declare\(\.\.\., preview=False\)"
    ):
        from_recording(declare(lambda: None, preview=True))
