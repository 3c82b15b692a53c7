"""The endpoint: an RFC answer for everything, faults of KMS included, and a line for each, which tells no secret."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError

from issuer.token_service.decision_log import DecisionLog
from issuer.token_service.refusal import RESPONSES, Error, Reason

from .service import GRANT, SECRET, ObservedService, basic, document, event

JSON = {"content-type": "application/json", "cache-control": "no-store", "pragma": "no-cache"}


@pytest.fixture
def service() -> ObservedService:
    return ObservedService(document())


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (event({}), (400, "invalid_request", "missing_grant_type")),
        (event({"grant_type": ""}), (400, "invalid_request", "missing_grant_type")),
        (
            event("grant_type=client_credentials&grant_type=client_credentials"),
            (400, "invalid_request", "repeated_parameter"),
        ),
        (event(b"grant_type=client_credentials&scope=%ff"), (400, "invalid_request", "unreadable_body")),
        (event("x" * 1_000_000), (400, "invalid_request", "body_too_large")),
        (
            event(json.dumps(GRANT), {**basic(), "content-type": "application/json"}),
            (400, "invalid_request", "wrong_content_type"),
        ),
        (event(headers={}), (401, "invalid_client", "no_credentials")),
        (event(headers=basic("billing", "wrong")), (401, "invalid_client", "wrong_secret")),
        *(
            (event({"grant_type": grant}), (400, "unsupported_grant_type", "unsupported_grant_type"))
            for grant in (
                "password",
                "authorization_code",
                "refresh_token",
                "CLIENT_CREDENTIALS",
                "client_credentials ",
            )
        ),
        (event({**GRANT, "scope": "admin"}), (400, "invalid_scope", "invalid_scope")),
        (event({**GRANT, "resource": "other"}), (400, "invalid_target", "invalid_target")),
        (event(requestContext={"http": {"method": "GET"}}), (400, "invalid_request", "wrong_http_method")),
        (event(headers=None, version="1.0"), (400, "invalid_request", "malformed_event")),
        (None, (400, "invalid_request", "malformed_event")),
    ],
)
def test_every_error_of_the_client(service: ObservedService, sent: Any, error: tuple[int, str, str]) -> None:
    observed = service.send(sent)

    assert observed.error == error
    assert observed.headers.items() >= JSON.items()
    assert set(observed.body) == {"error", "error_description"}
    assert service.signatures == 0
    assert (observed.record["level"], observed.record["message"]) == ("WARN", "refused")
    assert SECRET not in observed.output + json.dumps(observed.response)


def test_unknown_parameters_are_ignored(service: ObservedService) -> None:
    form = {
        **GRANT,
        "audience": "x",
        "redirect_uri": "https://evil.example.com",
        "code": "1",
        "ö": "ü",
        "client_id": "",
    }

    assert service.send(event(form)).status == 200


def _fault(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "so it is"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Sign")


@pytest.mark.parametrize(
    ("fault", "reason", "retry_after"),
    [
        (_fault("ThrottlingException"), "throttled", "1"),
        (_fault("KMSInternalException", 500), "kms_unreachable", "1"),
        (_fault("InvalidGrantTokenException"), "kms_unreachable", "1"),
        (ConnectTimeoutError(endpoint_url="https://kms"), "kms_unreachable", "1"),
        (NoCredentialsError(), "kms_unreachable", "1"),
        (_fault("DisabledException"), "key_unusable", "30"),
        (_fault("KMSInvalidStateException"), "key_unusable", "30"),
        (_fault("NotFoundException"), "key_unusable", "30"),
        (_fault("AccessDeniedException"), "signing_denied", "30"),
    ],
)
def test_faults_of_kms(
    service: ObservedService, monkeypatch: pytest.MonkeyPatch, fault: Exception, reason: str, retry_after: str
) -> None:
    def fail(**arguments: Any) -> Any:
        raise fault

    monkeypatch.setattr(service.kms, "sign", fail)
    observed = service.send(event())

    assert observed.error == (503, "temporarily_unavailable", reason)
    assert observed.headers == {**JSON, "retry-after": retry_after}
    record = observed.record
    assert (record["level"], record["message"], record["client"], record["TokensFailed"]) == (
        "ERROR",
        "failed",
        "billing",
        1,
    )
    assert "key/active: " in record["advice"]
    assert "KMS" not in observed.response["body"]
    assert "Traceback" not in observed.output


def test_the_next_key_signs_while_the_active_one_cannot(service: ObservedService) -> None:
    service.kms.refuse["active"] = "AccessDeniedException"
    observed = service.send(event())

    assert observed.status == 200
    assert observed.record["kid"] == "next"
    assert service.kms.calls == {"Sign": 2}


@pytest.mark.parametrize("result", [ZeroDivisionError(SECRET), RecursionError(), "not.a.token", None])
def test_the_unexpected_is_a_server_error_that_tells_nothing(
    service: ObservedService, monkeypatch: pytest.MonkeyPatch, result: Any
) -> None:
    class Broken:
        def sign(self, *arguments: Any) -> Any:
            if isinstance(result, Exception):
                raise result
            return result

    monkeypatch.setattr(service.endpoint, "_signer", Broken())
    observed = service.send(event())

    assert observed.error == (500, "server_error", "internal_error")
    assert observed.headers == JSON
    assert (observed.record["level"], observed.record["TokensFailed"]) == ("ERROR", 1)
    assert observed.record["fault"].endswith("Error")
    assert SECRET not in observed.output + json.dumps(observed.response)


def test_no_token_is_issued_without_a_line(service: ObservedService, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("the pipe is closed")

    monkeypatch.setattr(DecisionLog, "write", fail)
    observed = service.send(event())

    assert (observed.status, observed.body["error"]) == (500, "server_error")
    assert "access_token" not in observed.body


def test_every_reason_has_a_response_that_the_rfc_allows() -> None:
    assert set(RESPONSES) == set(Reason)
    for error, description in RESPONSES.values():
        assert error in Error
        # RFC 6749 section 5.2: %x20-21 / %x23-5B / %x5D-7E
        assert description.isascii()
        assert description.isprintable()
        assert not set(description) & {'"', "\\"}
