"""Nothing in the tree knows the machine it was written on or where packages are fetched from."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import place, text_files

# In pieces, so that this file does not hold what it looks for.
FOLDERS = (
    "/" + "work/",
    "/" + "root/",
    "/" + "home/[a-z]",
    "/" + "Users/[A-Za-z]",
    r"[A-Z]:\\" + "Users",
)
HOSTS = (
    r"\bpy" + r"pi\b",
    "python" + "hosted",
    "npm" + "js",
    "debian" + r"\.org",
    "crates" + r"\.io",
)
SECRETS = (
    "BEGIN [A-Z ]*PRIVATE" + " KEY",
    "gh[pousr]_" + "[A-Za-z0-9]{36}",
    "AKIA" + "[0-9A-Z]{16}",
)
TRACE = re.compile("|".join([*(rf"(?<![\w.]){folder}" for folder in FOLDERS), *HOSTS, *SECRETS]))


def test_no_trace_of_a_machine_a_registry_or_a_secret() -> None:
    found = {
        place(path): trace.group()
        for path in text_files()
        if (trace := TRACE.search(path.read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/x",
        '"/' + 'home/ann/x"',
        "https://files.python" + "hosted.org/x",
        "py" + "pi.org",
    ],
)
def test_the_search_finds(text: str) -> None:
    assert TRACE.search(text)
