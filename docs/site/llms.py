"""The site's ``llms.txt``: what there is to read, for programs that read Markdown (llmstxt.org)."""

from collections.abc import Mapping

from .pages import Page


def llms_txt(sections: Mapping[str, list[str]], pages: Mapping[str, Page]) -> str:
    """The pages by section, each with its first sentence; their Markdown lies beside their HTML."""
    home = pages["index.md"]
    lines = [f"# {home.title}", "", f"> {home.summary}"]
    for section, paths in sections.items():
        lines += ["", f"## {section}", ""]
        lines += [f"- [{pages[path].title}]({path}): {pages[path].summary}" for path in paths]
    return "\n".join([*lines, ""])
