"""Makes the reference page of the commands from their argument parsers.

The synopsis is written here and not by argparse, whose wording differs between Python versions.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from api.cli import auditor, operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEAD = """\
# Команды

Страница сделана командой `python -m api.cli.docs` из самих команд; правьте код, а не её.

Обе команды печатают ответ в стандартный вывод, а пояснения — в поток ошибок. Код возврата:
0 — всё верно, 1 — есть замечания, 2 — вход не годится или команда написана с ошибкой.
`--help` есть у каждой команды.
"""


def programs() -> tuple[argparse.ArgumentParser, ...]:
    """Give the parsers of both programs."""
    return operator.parser(), auditor.parser()


def page() -> str:
    """Write the whole page."""
    lines = [HEAD]
    for program in programs():
        lines += _program(program)
    return "\n".join(lines).rstrip("\n") + "\n"


def commands_of(
    parser: argparse.ArgumentParser,
) -> dict[str, tuple[argparse.ArgumentParser, str]]:
    """List the commands of a program by name, each with its line of help; `key new` is one."""
    found: dict[str, tuple[argparse.ArgumentParser, str]] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, sub in action.choices.items():
                inner = commands_of(sub)
                found |= {f"{name} {deeper}": command for deeper, command in inner.items()}
                if not inner:
                    found[name] = sub, helps.get(name, "")
    return found


def arguments_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """List the arguments of a command, what has a place first, `--help` left out."""
    kinds = (argparse._HelpAction, argparse._SubParsersAction)
    found = [action for action in parser._actions if not isinstance(action, kinds)]
    return sorted(found, key=lambda action: bool(action.option_strings))


def spelling(action: argparse.Action) -> str:
    """Spell an argument the way it is typed."""
    value = _value(action)
    if not action.option_strings:
        return value
    names = ", ".join(action.option_strings)
    return f"{names} {value}" if value else names


def _program(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## {parser.prog}\n"
    yield f"{parser.description or ''}\n"
    yield from _arguments(parser)
    for name, (sub, help_) in commands_of(parser).items():
        yield f"### {parser.prog} {name}\n"
        yield f"{_sentence(help_)}\n"
        if sub.description and sub.description != help_:
            yield f"{sub.description}\n"
        yield f"```text\n{parser.prog} {name}{_synopsis(sub)}\n```\n"
        yield from _arguments(sub)


def _synopsis(parser: argparse.ArgumentParser) -> str:
    return "".join(f" {_in_synopsis(action)}" for action in arguments_of(parser))


def _in_synopsis(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"[{value}]" if action.nargs in ("?", "*") else value
    text = f"{action.option_strings[-1]} {value}".rstrip()
    again = " …" if isinstance(action, argparse._AppendAction) else ""
    return (text if action.required else f"[{text}]") + again


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.metavar is not None:
        return action.metavar if isinstance(action.metavar, str) else " ".join(action.metavar)
    if action.choices is not None:
        return "|".join(str(choice) for choice in action.choices)
    return action.dest.upper().replace("_", "-")


def _arguments(parser: argparse.ArgumentParser) -> Iterable[str]:
    found = arguments_of(parser)
    if not found:
        return []
    rows = [f"| `{_cell(spelling(action))}` | {_cell(_help(parser, action))} |" for action in found]
    return ["| Аргумент | Что значит |", "|---|---|", *rows, ""]


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """Give the help with its `%(default)s` filled in."""
    return parser._get_formatter()._expand_help(action) if action.help else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def main() -> int:
    """Print the page."""
    sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
