"""What is read of a request: the form in the body, in whatever way API Gateway passes it on, and nothing in the URL."""

import base64
from typing import Any

import pytest

from issuer.token_service.refusal import Reason, Refused
from issuer.token_service.request import MAX_BODY_BYTES, MAX_PARAMETERS, TokenRequest, read_request

from .service import event


def read(body: object = "a=1", encoded: object = False, **changes: object) -> TokenRequest:
    return read_request({**event(), "body": body, "isBase64Encoded": encoded, **changes})


def refused(body: object = "a=1", encoded: object = False, **changes: object) -> Reason:
    with pytest.raises(Refused) as caught:
        read(body, encoded, **changes)
    assert caught.value.client_id is None
    return caught.value.reason


def _typed(content_type: object) -> dict[str, object]:
    return {"headers": {"content-type": content_type}}


def test_a_form_is_read_encoded_in_base64_or_not() -> None:
    form = "grant_type=client_credentials&scope=a+b%20c&x=%C3%B6"
    expected = {"grant_type": "client_credentials", "scope": "a b c", "x": "ö"}

    assert read(form).form == expected
    assert read(base64.b64encode(form.encode()).decode(), True).form == expected
    assert read("x=ö").form == {"x": "ö"}


@pytest.mark.parametrize("body", [None, "", "&&", "a", "=", "a=", "a=&b=", "grant_type"])
def test_parameters_without_a_value_are_absent(body: object) -> None:
    assert read(body).form == {}


def test_a_missing_body_is_empty() -> None:
    sent = event()
    del sent["body"], sent["isBase64Encoded"]

    assert read_request(sent).form == {}


def test_a_parameter_without_a_value_does_not_count_as_a_repetition() -> None:
    assert read("a=&a=1&a=").form == {"a": "1"}


@pytest.mark.parametrize("body", ["a=1&a=1", "a=1&b=2&a=3", "a=1&%61=1", "scope=a&scope=b", "unknown=1&unknown=2"])
def test_repeated_parameters_are_refused(body: str) -> None:
    assert refused(body) is Reason.REPEATED_PARAMETER


def test_resource_may_be_repeated() -> None:
    request = read("resource=a&x=1&resource=https%3A%2F%2Fb.example.com&resource=")

    assert request.resources == ("a", "https://b.example.com")
    assert request.form == {"x": "1"}


def test_parameters_in_the_url_are_ignored() -> None:
    query = {"client_secret": "secret", "grant_type": "client_credentials", "a": "2"}
    request = read("a=1", rawQueryString="client_secret=secret&a=2", queryStringParameters=query)

    assert request.form == {"a": "1"}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
        "application/x-www-form-urlencoded; charset=ISO-8859-1",  # Apache's client says so, and sends ASCII
        "APPLICATION/X-WWW-Form-Urlencoded ; x=y",
        " application/x-www-form-urlencoded ",
    ],
)
def test_content_types_of_forms(content_type: str) -> None:
    assert read(**_typed(content_type)).form == {"a": "1"}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
        ";",
        "application/x-www-form-urlencoded2",
    ],
)
def test_other_content_types(content_type: str) -> None:
    assert refused(**_typed(content_type)) is Reason.WRONG_CONTENT_TYPE


@pytest.mark.parametrize("headers", [None, {}, {"content-length": "3"}])
def test_no_content_type(headers: object) -> None:
    assert refused(headers=headers) is Reason.WRONG_CONTENT_TYPE


@pytest.mark.parametrize(
    "body", ["a=%ff", "a=%C3", "%ff=1", "a=\ud800", "a=" + "ö".encode("latin-1").decode("utf-8", "surrogateescape")]
)
def test_text_that_is_not_utf_8(body: str) -> None:
    assert refused(body) is Reason.UNREADABLE_BODY


@pytest.mark.parametrize(
    "octets", [b"a=\xf6", "a=1".encode("utf-16"), "a=ö".encode("latin-1"), b"\xff\xfe", bytes(range(256))]
)
def test_octets_in_other_charsets(octets: bytes) -> None:
    assert refused(base64.b64encode(octets).decode(), True) is Reason.UNREADABLE_BODY


@pytest.mark.parametrize("body", ["a=1", "YT0x!", "YT0", "ü", "\ud800", "YT0x\n"])
def test_base64_that_is_none(body: str) -> None:
    assert refused(body, True) is Reason.UNREADABLE_BODY


@pytest.mark.parametrize("encoded", [None, "true", 1, [], False])
def test_only_true_means_base64(encoded: object) -> None:
    assert read("a=1", encoded).form == {"a": "1"}


def test_the_length_is_bounded() -> None:
    longest = "a=" + "x" * (MAX_BODY_BYTES - 2)

    assert len(read(longest).form["a"]) == MAX_BODY_BYTES - 2
    assert len(read(base64.b64encode(longest.encode()).decode(), True).form["a"]) == MAX_BODY_BYTES - 2
    assert refused(longest + "x") is Reason.BODY_TOO_LARGE
    assert refused(base64.b64encode((longest + "x").encode()).decode(), True) is Reason.BODY_TOO_LARGE
    assert refused("a=" + "ö" * (MAX_BODY_BYTES // 2)) is Reason.BODY_TOO_LARGE
    assert refused("a=" + "x" * 1_000_000) is Reason.BODY_TOO_LARGE
    assert refused("!" * 1_400_000, True) is Reason.BODY_TOO_LARGE


def test_the_number_of_parameters_is_bounded() -> None:
    many = "&".join(f"p{number}=1" for number in range(MAX_PARAMETERS))

    assert len(read(many).form) == MAX_PARAMETERS
    assert refused(many + "&x=1") is Reason.BODY_TOO_LARGE
    assert refused("&" * MAX_PARAMETERS) is Reason.BODY_TOO_LARGE


@pytest.mark.parametrize("method", ["GET", "PUT", "post", "HEAD", "", None, 1])
def test_other_methods(method: object) -> None:
    assert refused(requestContext={"http": {"method": method}}) is Reason.WRONG_HTTP_METHOD


@pytest.mark.parametrize("context", [None, {}, [], {"http": None}, {"http": []}])
def test_no_method(context: object) -> None:
    assert refused(requestContext=context) is Reason.WRONG_HTTP_METHOD


_EVENT = event()


@pytest.mark.parametrize(
    "sent",
    [
        *(None, [], "x", 1, {}),
        {**_EVENT, "version": "1.0"},
        {**_EVENT, "version": 2.0},
        {**_EVENT, "headers": []},
        {**_EVENT, "headers": "x"},
        {**_EVENT, "body": 1},
        {**_EVENT, "body": {"grant_type": "client_credentials"}},
        {**_EVENT, "headers": {**_EVENT["headers"], "authorization": None}},
        {**_EVENT, "headers": {**_EVENT["headers"], "authorization": ["Basic x"]}},
        {**_EVENT, "headers": {**_EVENT["headers"], "Authorization": "Basic x"}},
        {**_EVENT, "headers": {**_EVENT["headers"], "Content-Type": "application/json"}},
        {**_EVENT, "headers": {"content-type": 1}},
    ],
)
def test_events_that_api_gateway_does_not_send(sent: Any) -> None:
    with pytest.raises(Refused) as caught:
        read_request(sent)
    assert caught.value.reason is Reason.MALFORMED_EVENT
