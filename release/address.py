"""Write the repository's address where it is missing: ``python -m release.address https://github.com/<owner>/<name>``.

To be run once, before the first release. ``pyproject.toml`` gets ``[project.urls]`` and absolute links in the long description,
documents get the address in place of its placeholder, and whoever reports a vulnerability a link to the private form.
"""

import argparse
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

RELEASING = "docs/contributing/releasing.md"
"""It names the placeholders, and keeps them."""

_ADDRESS = re.compile(r"https://[\w.:-]+/[\w.-]+/[\w.-]+(?<!\.git)")
_PLACEHOLDER = re.compile(r"<(?:this\s+)?repository>")
_WITHOUT_LINKS = r"replacement = '\1' }"
_BEFORE_URLS = "\n[project.scripts]\n"


class NotWritten(Exception):
    """The address is malformed, or there is one already."""


def with_address(texts: dict[str, str], address: str) -> dict[str, str]:
    """``texts``, the content of files by their paths, with ``address``. Raises ``NotWritten``."""
    if not _ADDRESS.fullmatch(address):
        raise NotWritten(f"the address must have the form https://<host>/<owner>/<name>, and is {address!r}")
    if "[project.urls]" in texts["pyproject.toml"]:
        raise NotWritten("pyproject.toml has [project.urls] already: change the address by hand")
    written = {name: text if name == RELEASING else _PLACEHOLDER.sub(address, text) for name, text in texts.items()}
    form = f"{address}/security/advisories/new"
    return written | {
        "pyproject.toml": _project(texts["pyproject.toml"], address),
        "SECURITY.md": _replaced(
            texts["SECURITY.md"], "*Report a vulnerability*", f"[*Report a vulnerability*]({form})"
        ),
        ".github/ISSUE_TEMPLATE/config.yml": texts[".github/ISSUE_TEMPLATE/config.yml"] + _contact(form),
    }


def _project(text: str, address: str) -> str:
    urls = {
        "Homepage": address,
        "Documentation": f"{address}/blob/main/docs/README.md",
        "Changelog": f"{address}/blob/main/CHANGELOG.md",
        "Issues": f"{address}/issues",
        "Source": address,
    }
    table = "".join(f'{label} = "{url}"\n' for label, url in urls.items())
    text = _replaced(text, _BEFORE_URLS, f"\n[project.urls]\n{table}{_BEFORE_URLS}")
    return _replaced(text, _WITHOUT_LINKS, rf"replacement = '[\1]({address}/blob/v$HFPR_VERSION/\2)' }}")


def _contact(form: str) -> str:
    name, about = "Report a vulnerability", "In private, as SECURITY.md says."
    return f"contact_links:\n  - name: {name}\n    url: {form}\n    about: {about}\n"


def _replaced(text: str, old: str, new: str) -> str:
    before, found, after = text.partition(old)
    if not found:
        raise NotWritten(f"{old!r} was not found, which is where the address belongs")
    return before + new + after


def tracked_texts(root: Path) -> dict[str, str]:
    """The text files that git tracks below ``root``, except the tests, by their paths."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", ".", ":!tests"], cwd=root, capture_output=True, text=True, check=True
    )
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        try:
            texts[name] = (root / name).read_bytes().decode()
        except (FileNotFoundError, UnicodeDecodeError):
            continue
    return texts


def main() -> None:
    """Write it, and print the files that changed; the exit code is 1 if nothing could be written."""
    parser = argparse.ArgumentParser(prog="python -m release.address", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("address", help="such as https://github.com/<owner>/<name>")
    texts = tracked_texts(ROOT)
    try:
        written = with_address(texts, parser.parse_args().address.rstrip("/"))
    except NotWritten as reason:
        raise SystemExit(f"nothing written: {reason}") from None
    for name, text in written.items():
        if text != texts[name]:
            (ROOT / name).write_bytes(text.encode())
            print(name)
    print("Now run `make reference`, which writes the address into schema.json, and delete this command with its test.")


if __name__ == "__main__":
    main()
