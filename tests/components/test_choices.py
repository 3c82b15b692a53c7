"""Inputs with a fixed set of values: what type checkers are told is what the components and the authorizer take."""

import re
from typing import Any, get_args

import pytest

from components import InvalidArgs, choices

from .example import BACKEND, CERTIFICATE, JWKS, KEY, declare_api


def _route(word: str) -> dict[str, Any]:
    return {"routes": {"GET /a": {"scopes": ["a"], "scopes_match": word, "integration": {"lambda_arn": BACKEND}}}}


def _keys(word: str) -> dict[str, Any]:
    return {"keys": {"source": word, "kms_keys": [{"arn": KEY}], "jwks": [JWKS]}}


def _bound(word: str) -> dict[str, Any]:
    mutual_tls = {"truststore_uri": "s3://bucket/ca.pem"}
    domain = {"name": "a.example.com", "certificate_arn": CERTIFICATE, "disable_default_endpoint": True}
    return {"policy": {"bound_tokens": word}, "domain": {**domain, "mutual_tls": mutual_tls}}


CHOICES = [
    (choices.BoundTokensLiteral, _bound),
    (choices.KeySourceLiteral, _keys),
    (choices.ScopesMatchLiteral, _route),
]


@pytest.mark.parametrize(("literal", "changes"), CHOICES)
def test_another_word_is_refused_with_the_words_that_type_checkers_take(literal: Any, changes: Any) -> None:
    with pytest.raises(InvalidArgs, match=r": must be ") as refused:
        declare_api(**changes("another"))

    (said,) = re.findall(r": must be (?:one of )?(.*), and is 'another'", str(refused.value))
    assert set(re.split(r", | or ", said)) == set(get_args(literal))
