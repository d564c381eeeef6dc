"""Makes the reference page of the JSON API from its OpenAPI description.

`python -m api.cli.http_page` prints it; `docs/reference/http.md` is this output.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from api.http.app import json_api
from api.http.limits import CALL, LARGE, MEBI, SMALL
from api.http.meanings import VALUES, meaning_of
from api.http.openapi import operations_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEAD = f"""\
# HTTP API

Страница сделана командой `python -m api.cli.docs` из описания OpenAPI; правьте код, а не её.
Само описание установка отдаёт по адресу `/api/v1/openapi.json`.

## Общее

- Тела запросов и ответов — JSON в UTF-8, если не сказано другое. Лишнее поле — отказ.
- Должностное лицо и собственник называют себя заголовком `Authorization: Bearer <токен>`: первое —
  токеном команды `sobranie officer`, второй — токеном личной ссылки (часть адреса после `/b/`).
- Моменты времени — с часовым поясом: `2026-03-12T19:00:00+03:00`; даты — `2026-03-12`.
- Голоса — точные дроби строкой, площадь в м² на долю в праве: `537/20` — это 26,85 голоса.
- Площади — строкой в м² с двумя знаками: `53.70`.
- Идентификаторы — UUID. Тело запроса — до {SMALL // 1024} КиБ, созыв — до {CALL // MEBI} МиБ, с
  файлом — до {max(LARGE.values()) // MEBI} МиБ.
- Отказ — `application/problem+json` со статусом и постоянным `code`; все коды с примерами стоят
  на странице [Refusals](refusals.md). На любой запрос возможны `page_unknown` (404),
  `method_not_allowed` (405), `request_not_understood` (4xx) и сбой `internal_error` (500).
"""
WHO = {
    "Собственник": "собственник, по токену личной ссылки",
    "Секретарь": "должностное лицо, по своему токену",
    "Организация": "организация, по своему ключу",
}
ANYONE = "любой, без токена"
PAGES = (
    ("GET", "/", "список собраний"),
    ("GET", "/h/{house}", "объявления дома"),
    ("GET", "/h/{house}/files/{sha256}", "файл, приложенный к объявлению"),
    ("GET", "/m/{meeting}", "открытая страница собрания: явка, итоги, документы"),
    ("GET", "/m/{meeting}/feed.atom", "лента событий собрания (Atom)"),
    ("GET", "/m/{meeting}/in", "пути к своему бюллетеню и чего довольно для голоса"),
    ("GET", "/m/{meeting}/login", "вход у поставщика удостоверений, если он настроен"),
    ("GET", "/login/done", "возврат от поставщика удостоверений"),
    ("GET", "/code", "код из бумажного извещения"),
    ("GET", "/code/{code}", "то же по QR: код уже вписан"),
    ("POST", "/code", "вход по коду"),
    ("GET", "/in/{ticket}", "страница с кнопкой по одноразовой ссылке бота"),
    ("POST", "/in/{ticket}", "вход по одноразовой ссылке бота"),
    ("GET", "/app", "мини-приложение MAX"),
    ("POST", "/app", "вход по подписанным данным запуска мини-приложения"),
    ("GET", "/static/app.js", "скрипт страницы мини-приложения"),
    ("GET", "/b/{token}", "бюллетень собственника по личной ссылке: начало"),
    ("GET", "/b/{token}/q/{number}", "один вопрос повестки"),
    ("POST", "/b/{token}/q/{number}", "ответ на вопрос в черновик"),
    ("GET", "/b/{token}/all", "все вопросы на одной странице"),
    ("POST", "/b/{token}/review", "все ответы в черновик"),
    ("POST", "/b/{token}/premises", "один ответ на все помещения или отдельный на каждое"),
    ("GET", "/b/{token}/representative", "кто отвечает за собственника и по какому документу"),
    ("POST", "/b/{token}/representative", "представитель в черновик"),
    ("GET", "/b/{token}/review", "ответы ещё раз, с весом, перед записью"),
    ("POST", "/b/{token}/vote", "запись решения"),
    ("GET", "/b/{token}/receipt", "что записано, с квитанциями"),
    ("GET", "/b/{token}/receipt/{title}.tlog-proof", "квитанция файлом C2SP tlog-proof"),
    ("GET", "/b/{token}/scan/{title}", "скан бумажного решения, внесённого от имени собственника"),
    ("GET", "/b/{token}/decision.pdf", "подготовленные решения, готовые к подписи"),
    ("POST", "/b/{token}/contest", "«это не мой голос»"),
    ("GET", "/verify", "проверка пакета и квитанции прямо в браузере, без сети"),
    ("GET", "/errors/{code}", "что значит отказ: сюда ведёт его `type`"),
    ("GET", "/log/{house}/since/{size}/{root}", "что журнал с отпечатка в сообщении только рос"),
    ("GET", "/static/sobranie.css", "стиль страниц"),
)
"""Pages for people; they stand outside of OpenAPI, and a test compares them with the routes."""


def page() -> str:
    """Write the whole page."""
    schema = json_api().openapi()
    parts: list[str] = [HEAD]
    tags: dict[str, list[str]] = {}
    for name, described in operations_in(schema):
        tags.setdefault(described["tags"][0], []).extend(_operation(name, described))
    for tag, lines in tags.items():
        parts += [f"## {tag}\n", *lines]
    parts += ["## Страницы для людей\n", *_pages(), "## Тела\n", *_schemas(schema)]
    return "\n".join(parts).rstrip("\n") + "\n"


def _operation(name: str, described: dict[str, Any]) -> Iterator[str]:
    yield f"### {described['summary']}\n"
    yield f"`{name}`\n"
    yield described["description"] + "\n"
    who = WHO[described["tags"][0]] if "security" in described else ANYONE
    yield f"- Кто: {who}."
    for parameter in described.get("parameters", ()):
        place = "в адресе" if parameter["in"] == "path" else "в строке запроса"
        yield f"- Параметр `{parameter['name']}` {place}: {_lower(parameter['description'])}."
    if "requestBody" in described:
        yield f"- Тело: {_content(described['requestBody']['content'])}."
    for status, answer in described["responses"].items():
        if status < "300":
            yield f"- Ответ {status}: {_lower(answer['description'])}{_answer_body(answer)}."
    yield f"- Отказы: {', '.join(_codes(described)) or 'только общие'}.\n"


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _codes(described: dict[str, Any]) -> Iterator[str]:
    for status, answer in described["responses"].items():
        if status >= "400":
            for code in answer["description"].split("`")[1::2]:
                yield f"[`{code}`](refusals.md#{code}) {status}"


def _answer_body(answer: dict[str, Any]) -> str:
    return f" — {_content(answer['content'])}" if answer.get("content") else ", без тела"


def _content(content: dict[str, Any]) -> str:
    (media, described), *_ = content.items()
    if described["schema"].get("format") == "binary":
        return f"`{media}`"
    return _kind(described["schema"])


def _pages() -> Iterator[str]:
    yield "Работают без JavaScript; GET ничего не записывает. Программам нужен JSON выше.\n"
    yield from _table(
        ("Адрес", "Что там"),
        ((f"`{method} {path}`", what) for method, path, what in PAGES),
    )


def _schemas(schema: dict[str, Any]) -> Iterator[str]:
    for name, described in sorted(schema["components"]["schemas"].items()):
        yield f"### {name}\n"
        if name in VALUES:
            yield from _table(
                ("Значение", "Что значит"),
                ((f"`{value}`", meaning) for value, meaning in VALUES[name].items()),
            )
            continue
        yield meaning_of(name) + ".\n"
        required = described.get("required", ())
        yield from _table(
            ("Поле", "Вид", "Нужно", "Что это"),
            (
                (f"`{field}`", _kind(about), "да" if field in required else "нет", _meaning(about))
                for field, about in described["properties"].items()
            ),
        )


def _kind(about: dict[str, Any]) -> str:
    """Say what kind of value is meant: the words of JSON, names of bodies as links."""
    if "$ref" in about:
        name = about["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "allOf"):
        if several in about:
            return " или ".join(_kind(one) for one in about[several])
    match about.get("type"):
        case "array":
            return f"список: {_kind(about['items'])}"
        case "object":
            inside = about.get("additionalProperties")
            return f"объект: {_kind(inside)}" if isinstance(inside, dict) else "объект"
        case other:
            return _scalar(str(other), about)


def _scalar(kind: str, about: dict[str, Any]) -> str:
    if "enum" in about:
        return ", ".join(f"`{value}`" for value in about["enum"])
    if kind == "string" and "format" in about:
        return {"date": "дата", "date-time": "момент"}[about["format"]]
    return {"string": "текст", "integer": "целое", "boolean": "да/нет", "null": "`null`"}[kind]


def _meaning(about: dict[str, Any]) -> str:
    said = [about.get("description", "")]
    limits = (
        ("minLength", "не короче {} зн."), ("maxLength", "не длиннее {} зн."),
        ("minimum", "от {}"), ("maximum", "до {}"),
        ("minItems", "не меньше {} шт."), ("maxItems", "не больше {} шт."),
        ("maxProperties", "не больше {} шт."), ("pattern", "вид `{}`"),
    )  # fmt: skip
    for one in (about, *about.get("anyOf", ())):
        said += [text.format(one[key]) for key, text in limits if key in one]
    if about.get("default") not in (None, "", []):
        said.append(f"без поля — `{json.dumps(about['default'], ensure_ascii=False)}`")
    said += [
        f"пример: `{json.dumps(one, ensure_ascii=False)}`" for one in about.get("examples", ())
    ]
    return "; ".join(part for part in said if part)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def main() -> int:
    """Print the page."""
    sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
