"""The code of functions: unpacked once, and never taken for another's."""

from pathlib import Path

from .conftest import Builder

WHERE = "def handler(event, context): return {'statusCode': 200, 'body': __file__}"


def test_environments_share_the_files_of_equal_packages_only(api: Builder) -> None:
    other = WHERE + "  # another package"
    for key, code in (("GET /a", WHERE), ("GET /b", WHERE), ("GET /c", other)):
        api.lambda_route(key, code)

    first, second, third = [Path(api.send(path).body.decode()) for path in ("/a", "/b", "/c")]

    assert len({first.parent, second.parent, third.parent}) == 3
    assert first.samefile(second)
    assert not first.samefile(third)
    assert third.read_text() == other
    assert [path.stat().st_mode & 0o777 for path in (first, third)] == [0o444, 0o444]


def test_packages_share_the_files_that_are_in_both(api: Builder) -> None:
    own = "from lib import own, shared\ndef handler(event, context): return {'statusCode': 200, 'body': %s.__file__}"
    for number in range(2):
        files = {"shared": "same = True", "own": f"number = {number}"}  # as long as each other
        for module in files:
            api.lambda_route(f"GET /{number}/{module}", own % module, files=files)

    shared, other_shared = [Path(api.send(f"/{number}/shared").body.decode()) for number in range(2)]
    first, second = [Path(api.send(f"/{number}/own").body.decode()) for number in range(2)]

    assert shared.samefile(other_shared)
    assert [first.read_text(), second.read_text()] == ["number = 0", "number = 1"]


def test_more_packages_than_are_kept_unpacked(api: Builder) -> None:
    answers = [f"def handler(event, context): return {{'statusCode': 200, 'body': '{number}'}}" for number in range(10)]
    for number, code in enumerate(answers):
        api.lambda_route(f"GET /{number}", code)

    for _ in range(2):  # the first packages have been removed by then, and their environments still run
        assert [api.send(f"/{number}").body for number in range(10)] == [b"%d" % number for number in range(10)]
