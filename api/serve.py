"""A served installation: real clock, settings from the environment."""

from __future__ import annotations

import sys
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import uvicorn

from api.chat.max.transport import MaxSettingsError
from api.chat.options import ChatOptionsError
from api.chat.running import start_chat
from api.contacts.options import LetterOptionsError
from api.contacts.running import start_letters
from api.desk import Desk
from api.http.app import create_app
from api.identity.provider import IdentitySettingsError
from api.server import (
    AddressUnusableError,
    address_of,
    calm_collector,
    config,
    ended_by_sigterm,
    listen,
)
from api.settings import SettingsError, read_settings
from api.startup import StartRefusedError
from api.web.logging import mask_access_logs
from api.webhooks.running import WebhookThread
from api.wiring import open_services, prepare
from domain.application import Sobranie
from projections.follow import Follower
from projections.read_tables import open_tables

if TYPE_CHECKING:
    import socket

    from api.settings import Settings

UNUSABLE = 2


def serve(host: str, port: int) -> int:
    """Serve until stopped."""
    mask_access_logs()
    settings = _settings()
    if settings is None:
        return UNUSABLE
    try:
        with listen(host, port) as listener:
            prepare(settings)
            return _serve(settings, listener, host)
    except AddressUnusableError as fault:
        sys.stderr.write(f"Сервер не запущен. {fault}\n")
        return UNUSABLE
    except StartRefusedError as refused:
        sys.stderr.write(f"Сервер не запущен. {refused.fault.text} {refused.fault.remedy}\n")
        return UNUSABLE
    except (MaxSettingsError, ChatOptionsError) as fault:
        sys.stderr.write(f"Сервер не запущен. Чат дома: {fault}\n")
        return UNUSABLE
    except IdentitySettingsError as fault:
        sys.stderr.write(f"Сервер не запущен. Подтверждение личности: {fault}\n")
        return UNUSABLE
    except LetterOptionsError as fault:
        sys.stderr.write(f"Сервер не запущен. Письма: {fault}\n")
        return UNUSABLE


def _serve(settings: Settings, listener: socket.socket, host: str) -> int:
    with open_services(settings) as services:
        app = create_app(services)
        calm_collector()
        with ExitStack() as running:
            running.callback(start_letters(services).close)
            chat = start_chat(services)
            if chat is not None:
                running.callback(chat.close)
            running.callback(WebhookThread(services).close)
            sys.stderr.write(f"Сервер: {address_of(listener, host)}\n")
            _run_until_stopped(uvicorn.Server(config(app)), listener)
    return 0


def _run_until_stopped(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, and come back: what runs beside must be closed in order.

    uvicorn ends gracefully and then raises the signal again, which would end the process at once.
    """
    with ended_by_sigterm(), suppress(KeyboardInterrupt):
        server.run([listener])


def prepare_installation() -> int:
    """Create keys and tables."""
    settings = _settings()
    if settings is None:
        return UNUSABLE
    prepare(settings)
    sys.stdout.write(f"Готово: {settings.home}. Сделайте копию папки {settings.keys} отдельно.\n")
    return 0


def add_officer(name: str) -> int:
    """Give an officer a token, shown once."""
    settings = _settings()
    if settings is None:
        return UNUSABLE
    prepare(settings)
    desk = Desk(settings.desk_url())
    sys.stdout.write(desk.add_officer(name) + "\n")
    desk.close()
    return 0


def rebuild() -> int:
    """Make the read tables again from the log."""
    settings = _settings()
    if settings is None:
        return UNUSABLE
    app = Sobranie(settings.log_environment() | {"CREATE_TABLE": "no"})
    tables = open_tables(settings.read_environment() | {"CREATE_TABLE": "no"})
    applied = Follower(app.recorder, tables).rebuild()
    app.close()
    sys.stdout.write(f"Применено записей: {applied}\n")
    return 0


def _settings() -> Settings | None:
    try:
        return read_settings()
    except SettingsError as fault:
        sys.stderr.write(f"{fault}\n")
        return None
