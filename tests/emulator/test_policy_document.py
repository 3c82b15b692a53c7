"""``get_policy_document`` gives, to the character, what the AWS provider's data source ``aws_iam_policy_document`` gives."""

import json
from typing import Any

import pytest

from emulator.resources.policy_document import policy_document

from .bench import Bench


def rendered(**arguments: Any) -> Any:
    return json.loads(policy_document(arguments)["json"])


def test_the_example_of_the_providers_documentation() -> None:
    document = policy_document(
        {
            "statements": [
                {
                    "sid": "1",
                    "actions": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
                    "resources": ["arn:aws:s3:::*"],
                },
                {
                    "actions": ["s3:ListBucket"],
                    "resources": ["arn:aws:s3:::bucket"],
                    "conditions": [
                        {
                            "test": "StringLike",
                            "variable": "s3:prefix",
                            "values": ["", "home/", "home/&{aws:username}/"],
                        }
                    ],
                },
            ]
        }
    )
    assert (
        document["json"]
        == """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::bucket",
      "Condition": {
        "StringLike": {
          "s3:prefix": [
            "",
            "home/",
            "home/${aws:username}/"
          ]
        }
      }
    }
  ]
}"""
    )
    assert json.loads(document["minifiedJson"]) == json.loads(document["json"])
    assert " " not in document["minifiedJson"]
    assert document["id"].isdigit()


def test_lists_are_sorted_backwards_without_duplicates_and_single_values_stand_alone() -> None:
    (statement,) = rendered(
        version="2008-10-17",
        policyId="mine",
        statements=[
            {
                "effect": "Deny",
                "notActions": ["b:B", "c:C", "b:B", "a:A"],
                "notResources": ["r"],
                "notPrincipals": [{"type": "AWS", "identifiers": ["2", "3", "1"]}],
            }
        ],
    )["Statement"]
    assert statement == {
        "Effect": "Deny",
        "NotAction": ["c:C", "b:B", "a:A"],
        "NotResource": "r",
        "NotPrincipal": {"AWS": ["3", "2", "1"]},
    }


@pytest.mark.parametrize(
    ("principals", "expected"),
    [
        ([{"type": "*", "identifiers": ["*"]}], "*"),
        ([{"type": "AWS", "identifiers": ["*"]}], {"AWS": "*"}),
        (
            [{"type": "Service", "identifiers": ["a"]}, {"type": "AWS", "identifiers": ["1"]}],
            {"AWS": "1", "Service": "a"},
        ),
        (
            [{"type": "AWS", "identifiers": ["1"]}, {"type": "AWS", "identifiers": ["2", "3"]}],
            {"AWS": ["1", "3", "2"]},
        ),
    ],
)
def test_principals(principals: list[Any], expected: object) -> None:
    assert rendered(statements=[{"principals": principals}])["Statement"][0]["Principal"] == expected


def test_conditions_of_the_same_variable_are_one_list() -> None:
    one, two = ({"test": "StringEquals", "variable": "a:b", "values": [value]} for value in ("2", "1"))
    assert rendered(statements=[{"conditions": [one]}])["Statement"][0]["Condition"] == {"StringEquals": {"a:b": "2"}}
    both = rendered(statements=[{"conditions": [one, two]}])["Statement"][0]["Condition"]
    assert both == {"StringEquals": {"a:b": ["2", "1"]}}


def test_documents_are_merged_by_sid_and_their_lists_keep_their_order() -> None:
    def source(sid: str, action: object, **more: Any) -> str:
        return json.dumps({"Statement": [{"Sid": sid, "Effect": "Allow", "Action": action}], **more})

    document = rendered(
        sourcePolicyDocuments=[source("A", ["a:1", "a:2"], Version="2008-10-17", Id="source"), source("B", "b:1")],
        statements=[{"sid": "B", "actions": ["b:2"]}, {"actions": ["c:1"]}],
        overridePolicyDocuments=[source("A", "a:3", Id="override"), source("D", ["d:1"])],
    )
    assert document["Version"] == "2012-10-17"
    assert document["Id"] == "override"
    assert [(item.get("Sid"), item["Action"]) for item in document["Statement"]] == [
        ("A", "a:3"),
        ("B", "b:2"),
        (None, "c:1"),
        ("D", ["d:1"]),
    ]


def test_a_document_that_comes_back_is_as_it_was() -> None:
    statement = {
        "principals": [{"type": "*", "identifiers": ["*"]}],
        "actions": ["b:1", "a:1"],
        "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}],
    }
    first = policy_document({"statements": [statement]})["json"]
    assert policy_document({"sourcePolicyDocuments": [first]})["json"] == first
    boolean = first.replace('"true"', "true")
    assert policy_document({"overridePolicyDocuments": [boolean]})["json"] == first


def test_json_is_escaped_as_go_does_it() -> None:
    document = policy_document({"statements": [{"actions": ["<a>&"]}]})
    assert r'"\u003ca\u003e\u0026"' in document["json"]
    assert (
        document["minifiedJson"]
        == r'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"\u003ca\u003e\u0026"}]}'
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"version": "2012"}, "version: must be one of 2008-10-17, 2012-10-17, and is '2012'"),
        ({"statements": [{"effect": "allow"}]}, r"statements\[0\].effect: must be Allow or Deny, and is 'allow'"),
        ({"statements": [{"sid": "a b"}]}, r"statements\[0\].sid: must be letters and digits, and is 'a b'"),
        ({"statements": [{"sid": "a"}, {"sid": "a"}]}, "statements: the Sid a is there twice"),
        (
            {"sourcePolicyDocuments": ['{"Statement": [{"Sid": "a"}, {"Sid": "a"}]}']},
            "sourcePolicyDocuments: the Sid a",
        ),
        ({"overridePolicyDocuments": ["{}", "no"]}, r"overridePolicyDocuments\[1\]: is not a policy"),
        (
            {"version": "2008-10-17", "statements": [{"resources": ["&{a}"]}]},
            r"statements\[0\]: version 2008-10-17 has no",
        ),
    ],
)
def test_bad_input_is_named(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        policy_document(arguments)


def test_a_role_trusts_whom_the_document_names(bench: Bench) -> None:
    """Both forms of the function; IAM accepts the document."""
    outputs = bench.up("""
    principal = {"type": "Service", "identifiers": ["lambda.amazonaws.com"]}
    statement = {"actions": ["sts:AssumeRole"], "principals": [principal]}
    trust = aws.iam.get_policy_document(statements=[statement])
    role = aws.iam.Role("role", assume_role_policy=trust.json)
    group = aws.cloudwatch.LogGroup("group", name="/bench")
    write = aws.iam.get_policy_document_output(statements=[{"actions": ["logs:PutLogEvents"], "resources": [group.arn]}])
    aws.iam.RolePolicy("write", role=role.name, policy=write.json)
    pulumi.export("trust", trust.minified_json)
    pulumi.export("write", write.minified_json)
    """)
    assert json.loads(outputs["trust"])["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    resource = "arn:aws:logs:us-east-1:000000000000:log-group:/bench"
    assert json.loads(outputs["write"])["Statement"][0]["Resource"] == resource


def test_a_fault_of_a_document_is_the_deployments(bench: Bench) -> None:
    with pytest.raises(ValueError, match=r"statements\[0\].effect"):
        bench.up('aws.iam.get_policy_document(statements=[{"effect": "allow"}])')
