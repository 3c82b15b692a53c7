"""The field ``jwks_url`` of a trusted issuer: read strictly."""

from typing import Any

import pytest

from authorizer.config import ConfigError, parse_config
from authorizer.config_fields import Fields
from authorizer.keys import ALGORITHMS
from authorizer.runtime_keys.settings import MAX_ISSUERS, JwksUrl, read_jwks_url, url_fault
from testkit.signers import signer

from .documents import document
from .url_issuers import OWN, entry

URL = "https://auth.example.com/.well-known/jwks.json"


def read(**settings: Any) -> JwksUrl:
    fields = Fields({"jwks_url": settings})
    found = read_jwks_url(fields)
    fields.raise_if_any()
    return found


def test_defaults() -> None:
    assert read(url=URL) == JwksUrl(URL, "auth.example.com", 900, 86400, 300, ALGORITHMS)


def test_bounds() -> None:
    low = read(url=URL, refresh_seconds=60, max_stale_seconds=60, cooldown_seconds=30, algorithms=["ES256"])
    assert low[2:] == (60, 60, 30, ("ES256",))
    high = read(url=URL, refresh_seconds=86400, max_stale_seconds=604800, cooldown_seconds=86400)
    assert high[2:5] == (86400, 604800, 86400)
    assert read(url=URL, cooldown_seconds=0).cooldown_seconds == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://auth.example.com/",
        "https://auth.example.com",
        "https://AUTH.example.com:8443/realms/a%20b/certs",
        "https://login.microsoftonline.com/common/discovery/keys?appid=7&x=[1]",
        "https://a.b/~x;v=1,2@(3)'!$*+",
        "https://keycloak.internal.example/",
        "https://1and1.example.com/",
    ],
)
def test_https_urls_with_host_names(url: str) -> None:
    assert url_fault(url) is None


@pytest.mark.parametrize(
    "url",
    [
        *("", "auth.example.com", "//auth.example.com/", "ftp://auth.example.com/", "HTTPS ://auth.example.com/"),
        *("http://auth.example.com/", "file:///etc/passwd", "https:///jwks.json", "https://:443/"),
        *("https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://0x7f.0x1/", "https://[::1]/"),
        *("https://localhost/", "https://auth.localhost/", "https://AUTH.LocalHost/", "https://intranet/"),
        *(
            "https://user@auth.example.com/",
            "https://user:pass@auth.example.com/",
            "https://a.example.com@b.example.com",
        ),
        *("https://auth.example.com/#keys", "https://auth.example.com/a b", "https://auth.example.com/\r\nX: 1"),
        *(
            "https://auth.example.com\\@evil.example.com/",
            "https://auth.example.com/\\",
            "https://auth.example.com/\u00e9",
        ),
        *("https://auth.example.com:0/", "https://auth.example.com:65536/", "https://auth.example.com:/"),
        *("https://auth..example.com/", "https://.example.com/", "https://-a.example.com/", "https://a_b.example.com/"),
        *("https://auth.example.com./", "https://auth.example.com\n", f"https://{'a' * 64}.example.com/"),
        *("https://169.254.169.254/latest/", "https://auth.example.com?x=1", "https://\uff11\uff12\uff17.0.0.1/"),
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    assert url_fault(url) == (
        "must be an https URL with a host name, such as https://auth.example.com/.well-known/jwks.json, and is "
        + repr(url)
    )


@pytest.mark.parametrize("url", [None, 7, [URL], "", "https://127.0.0.1/", f" {URL}"])
def test_a_fault_of_the_url_is_named(url: object) -> None:
    with pytest.raises(ConfigError, match=r"^jwks_url\.url: must ") as refused:
        read(url=url)
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"refresh_seconds": 59}, "jwks_url.refresh_seconds: must be an integer from 60 to 86400 seconds"),
        ({"refresh_seconds": 86401}, "jwks_url.refresh_seconds: must be"),
        ({"refresh_seconds": True}, "jwks_url.refresh_seconds: must be"),
        ({"max_stale_seconds": 604801}, "jwks_url.max_stale_seconds: must be an integer from 60 to 604800 seconds"),
        ({"max_stale_seconds": 899}, "jwks_url.max_stale_seconds: must not be less than refresh_seconds, 900"),
        ({"cooldown_seconds": -1}, "jwks_url.cooldown_seconds: must be an integer from 0 to 86400 seconds"),
        ({"cooldown_seconds": 29}, "jwks_url.cooldown_seconds: must be 0 or at least 30 seconds, and is 29"),
        ({"algorithms": []}, "jwks_url.algorithms: must be a list of at least one value"),
        ({"algorithms": ["HS256"]}, "jwks_url.algorithms[0]: must be one of ES256"),
        ({"algorithms": [7]}, "jwks_url.algorithms[0]: must be one of ES256"),
        ({"timeout": 1}, "jwks_url.timeout: unknown field"),
    ],
)
def test_faults(settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(url=URL, **settings)
    assert str(refused.value).startswith(fault)


def test_it_is_an_object() -> None:
    with pytest.raises(ConfigError, match=r"^trusted_issuers\[0\]\.jwks_url: must be an object"):
        parse_config(document(OWN, trusted_issuers=[{**entry(), "jwks_url": URL}]))


def test_at_most_ten_issuers_have_one() -> None:
    def issuers(count: int) -> list[dict[str, object]]:
        keys = [signer("ES256", str(number)) for number in range(count)]
        names = [f"issuer-{number}" for number in range(count)]
        return [{**entry(0, key), "name": name, "issuers": [name]} for key, name in zip(keys, names, strict=True)]

    parse_config(document(OWN, trusted_issuers=issuers(MAX_ISSUERS)))
    with pytest.raises(ConfigError, match=r"^trusted_issuers\[10\]\.jwks_url: is the 11th: at most 10"):
        parse_config(document(OWN, trusted_issuers=issuers(MAX_ISSUERS + 1)))
