"""Every generated page is what the code makes, and knows every command and every address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.cli import cli_page, docs, http_page
from api.http.app import json_api
from api.http.meanings import PARAMETERS, SCHEMAS, VALUES
from api.http.openapi import operations_in
from api.http.operations import OPERATIONS
from domain.refusals import all_refusals
from tests.api.door import open_door

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

CLI = docs.REFERENCE / "cli.md"
HTTP = docs.REFERENCE / "http.md"
OPENAPI = "/api/v1/openapi.json"


@pytest.mark.parametrize("name", docs.PAGES)
def test_a_page_is_the_generated_one(name: str) -> None:
    assert (docs.REFERENCE / name).read_text(encoding="utf-8") == docs.PAGES[name]()


def test_check_names_a_changed_and_a_missing_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert docs.main([], tmp_path) == docs.CURRENT
    assert docs.main(["--check"], tmp_path) == docs.CURRENT
    (tmp_path / "http.md").write_text("# HTTP API\n", encoding="utf-8")
    (tmp_path / "cli.md").unlink()
    assert docs.stale(tmp_path) == ["cli.md", "http.md"]
    assert docs.main(["--check"], tmp_path) == docs.STALE
    assert "http.md" in capsys.readouterr().err
    assert not (tmp_path / "cli.md").exists()


def test_without_sources_nothing_is_written(tmp_path: Path) -> None:
    assert docs.main([], tmp_path / "нет") == docs.UNUSABLE


@pytest.mark.parametrize("program", cli_page.programs(), ids=lambda program: program.prog)
def test_every_command_and_argument_is_explained(program: argparse.ArgumentParser) -> None:
    text = CLI.read_text(encoding="utf-8")
    commands = cli_page.commands_of(program)
    assert commands
    for name, (command, help_) in commands.items():
        assert help_, name
        assert f"### {program.prog} {name}\n" in text
        for argument in cli_page.arguments_of(command):
            assert argument.help, (name, argument.dest)
            assert cli_page.spelling(argument).replace("|", "\\|") in text


def test_every_address_of_the_application_is_on_the_page(tmp_path: Path) -> None:
    text = HTTP.read_text(encoding="utf-8")
    with open_door(tmp_path) as door:
        routes = set(_addresses(door.app))
    described = {name for name, _ in operations_in(json_api().openapi())}
    described |= {f"{method} {path}" for method, path, _ in http_page.PAGES}
    assert routes == described
    assert all(f"`{name}`" in text for name in described)


def test_every_operation_is_explained_and_nothing_else_is() -> None:
    schema = json_api().openapi()
    found = dict(operations_in(schema))
    assert found.keys() == OPERATIONS.keys()
    ids = [described["operationId"] for described in found.values()]
    assert len(ids) == len(set(ids))
    for described in found.values():
        assert described["summary"]
        assert "Successful Response" not in str(described)
        assert {p["name"] for p in described.get("parameters", ())} <= PARAMETERS.keys()


def test_every_body_and_field_has_a_meaning() -> None:
    schemas = json_api().openapi()["components"]["schemas"]
    assert schemas.keys() == SCHEMAS.keys() | VALUES.keys()
    for name, schema in schemas.items():
        if name in VALUES:
            assert set(schema["enum"]) == VALUES[name].keys()
            continue
        for field, about in schema["properties"].items():
            assert about.get("description"), f"{name}.{field}"


def test_refusals_of_operations_exist_and_those_with_a_token_say_so() -> None:
    known = {kind.code for kind in all_refusals()}
    for name, described in operations_in(json_api().openapi()):
        codes = {kind.code for kind in OPERATIONS[name].refusals}
        assert codes <= known
        assert len(codes) == len(OPERATIONS[name].refusals), name
        asks = bool(codes & {"officer_unknown", "link_unknown", "organisation_unknown"})
        assert asks == ("security" in described), name
        takes_body = "requestBody" in described
        assert takes_body == ("body_too_large" in codes), name


def _addresses(app: object) -> set[str]:
    found: set[str] = set()
    for route in getattr(app, "routes", ()):
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            found |= _addresses(inner)
            continue
        path = route.path.replace(":path", "")
        if path != OPENAPI:
            found |= {f"{method} {path}" for method in route.methods - {"HEAD"}}
    return found
