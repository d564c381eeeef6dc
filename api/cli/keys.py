"""The operator's commands about keys, the live database and erasure.

sobranie key new | show | export-vkey | rotate | adopt
sobranie check
sobranie forget
"""

from __future__ import annotations

import sys
from dataclasses import replace
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    from api.settings import Settings

SOUND, UNUSABLE = 0, 2


def add_commands(commands: Any) -> None:
    """Mount the commands; what they need is imported when one of them is called."""
    key = commands.add_parser("key", help="ключ подписи журналов: создать, показать, заменить")
    kinds = key.add_subparsers(dest="key_command", required=True, metavar="ДЕЙСТВИЕ")
    _add_new(kinds)
    show = kinds.add_parser("show", help="ключи каждого дома по его журналу")
    show.set_defaults(handler=_handled(_show))
    export = kinds.add_parser("export-vkey", help="открытые ключи для свидетелей и проверяющих")
    export.add_argument("--house", metavar="ДОМ", help="номер дома; без него — все дома")
    export.add_argument("--all", action="store_true", help="и выведенные ключи тоже")
    export.set_defaults(handler=_handled(_export))
    _add_rotate(kinds)
    adopt = kinds.add_parser("adopt", help="принять контрольную точку, если пропала keys/guard")
    adopt.add_argument("--house", metavar="ДОМ", required=True, help="номер дома")
    adopt.add_argument("--checkpoint", metavar="ФАЙЛ", required=True, help="контрольная точка")
    adopt.set_defaults(handler=_handled(_adopt))
    check = commands.add_parser("check", help="перечитать журналы в базе и найти изменённое")
    check.add_argument("--house", metavar="ДОМ", help="номер дома; без него — все дома")
    check.add_argument("--json", action="store_true", help="ответ для программ")
    check.set_defaults(handler=_handled(_check))
    _add_forget(commands)


def _add_new(kinds: Any) -> None:
    new = kinds.add_parser("new", help="создать первый ключ: в файле или в аппаратном модуле")
    new.add_argument(
        "--ask-passphrase", action="store_true", help="спросить парольную фразу для файла"
    )
    new.set_defaults(handler=_handled(_new))


def _add_rotate(kinds: Any) -> None:
    rotate = kinds.add_parser("rotate", help="заменить ключ; сервер должен быть остановлен")
    rotate.add_argument("--reason", metavar="ПРИЧИНА", required=True, help="причина, для журнала")
    rotate.add_argument(
        "--compromised", action="store_true", help="прежний ключ мог попасть в чужие руки"
    )
    rotate.add_argument("--lost", action="store_true", help="прежнего ключа больше нет")
    rotate.add_argument("--new-label", metavar="МЕТКА", help="метка нового ключа в модуле")
    rotate.set_defaults(handler=_handled(_rotate))


def _add_forget(commands: Any) -> None:
    forget = commands.add_parser("forget", help="стереть персональные данные человека (152-ФЗ)")
    forget.add_argument(
        "person", metavar="ЧЕЛОВЕК", help="номер участника; имя или его часть — только найти номер"
    )
    forget.add_argument(
        "--reason",
        choices=("consent_withdrawn", "purpose_reached", "unlawful"),
        help="отзыв согласия, цель достигнута, обработка незаконна (ст. 21 152-ФЗ)",
    )
    forget.add_argument(
        "--contacts-only", action="store_true", help="только личные ссылки и контакты"
    )
    forget.set_defaults(handler=_handled(_forget))


def _handled(command: Callable[[argparse.Namespace, Settings], int]) -> Any:
    """Read the settings and turn every expected failure into a sentence and a status."""

    def handler(arguments: argparse.Namespace) -> int:
        from api.settings import SettingsError, read_settings  # noqa: PLC0415
        from api.startup import StartRefusedError  # noqa: PLC0415

        try:
            return command(arguments, read_settings())
        except SettingsError as fault:
            sys.stderr.write(f"{fault}\n")
        except StartRefusedError as refused:
            sys.stderr.write(f"{refused.fault.text} {refused.fault.remedy}\n")
        return UNUSABLE

    return handler


# --- keys ----------------------------------------------------------------------------------------


def _new(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.key_changes import make_key  # noqa: PLC0415
    from api.startup import PASSPHRASE  # noqa: PLC0415

    if arguments.ask_passphrase:
        first = getpass("Парольная фраза: ")
        if not first or first != getpass("Ещё раз: "):
            sys.stderr.write("Фразы не совпали или пусты; ключ не создан. Повторите.\n")
            return UNUSABLE
        settings = replace(settings, secrets={**settings.secrets, PASSPHRASE: first})
    make_key(settings)
    _say(f"Ключ создан. Сделайте копию папки {settings.keys} отдельно от копий базы.")
    return SOUND


def _show(_arguments: argparse.Namespace, settings: Settings) -> int:
    from api.cli.key_views import shown_keys  # noqa: PLC0415

    for line in shown_keys(settings):
        _say(line)
    return SOUND


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.cli.key_views import exported_keys  # noqa: PLC0415

    house = _id(arguments.house)
    if arguments.house and house is None:
        return UNUSABLE
    for line in exported_keys(settings, house, retired=arguments.all):
        _say(line)
    return SOUND


def _rotate(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.key_changes import Rotation, rotate  # noqa: PLC0415

    if not arguments.reason.strip():
        sys.stderr.write("Причина не указана; напишите её после --reason.\n")
        return UNUSABLE
    asked = Rotation(arguments.reason, arguments.compromised, arguments.lost, arguments.new_label)
    for key in rotate(settings, asked):
        _say(key)
    sys.stderr.write("Ключ заменён. Сообщите новые ключи свидетелям и проверяющим.\n")
    return SOUND


def _adopt(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.guard_adoption import adopt  # noqa: PLC0415

    house = _id(arguments.house)
    if house is None:
        return UNUSABLE
    try:
        note = Path(arguments.checkpoint).read_bytes()
    except OSError:
        sys.stderr.write(f"Файл «{arguments.checkpoint}» не читается. Проверьте путь.\n")
        return UNUSABLE
    size = adopt(settings, house, note)
    _say(f"Принято: записей {size}. Журнал подписывают дальше с этого места.")
    return SOUND


# --- the live database, erasure ------------------------------------------------------------------


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.cli.check import check  # noqa: PLC0415

    house = _id(arguments.house)
    if arguments.house and house is None:
        return UNUSABLE
    return check(settings, house, as_json=arguments.json)


def _forget(arguments: argparse.Namespace, settings: Settings) -> int:
    from api.cli.forget import find, forget  # noqa: PLC0415

    try:
        person = UUID(arguments.person)
    except ValueError:
        return find(settings, arguments.person)
    if arguments.reason is None:
        sys.stderr.write(
            "Укажите основание: --reason consent_withdrawn, purpose_reached, unlawful\n"
        )
        return UNUSABLE
    return forget(settings, person, arguments.reason, contacts_only=arguments.contacts_only)


def _id(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        sys.stderr.write(f"«{text}» — не номер дома. Номера покажет «sobranie key show».\n")
        return None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
