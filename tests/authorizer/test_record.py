"""Values with named fields."""

import pytest

from authorizer.event import RequestIdentity
from authorizer.jws import Jws
from authorizer.scopes import RouteScopes

READ = RouteScopes(frozenset({"orders:read"}), match_any=False)


def test_equal_with_equal_fields_and_of_one_type() -> None:
    assert RouteScopes(frozenset({"orders:read"}), match_any=False) == READ
    assert RouteScopes(frozenset({"orders:read"}), match_any=True) != READ
    assert RequestIdentity("a") != Jws("a", "", "", b"", b"", b"")
    assert RequestIdentity() != (None, None, None)


def test_a_copy_with_other_values() -> None:
    copy = READ.replaced(match_any=True)

    assert (copy.scopes, copy.match_any) == (READ.scopes, True)
    assert READ.match_any is False
    with pytest.raises(TypeError, match="no such field: scope"):
        READ.replaced(scope="orders:read")


def test_it_shows_its_fields_and_has_no_others() -> None:
    assert repr(RequestIdentity("GET /orders")) == (
        "RequestIdentity(request_id=None, route_key='GET /orders', source_ip=None)"
    )
    with pytest.raises(AttributeError):
        READ.scope = frozenset()  # type: ignore[attr-defined]
