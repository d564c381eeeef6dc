"""Sets the demo up on the store that was asked for, runs it, and can keep it open."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from api.clock import DemoClock
from api.contacts.running import start_letters
from api.demo import story
from api.demo.folder import LIVE, OUTPUT, FolderTakenError, own_folder
from api.demo.messenger import DemoChat, fake_messenger
from api.demo.run import Demo, token_of
from api.demo.show import Show
from api.http.app import create_app
from api.private_postgres import PostgresUnavailableError, private_postgres
from api.server import AddressUnusableError, address_of, ended_by_sigterm, listen, serving_on
from api.settings import Settings, read_settings
from api.webhooks.running import WebhookThread
from api.wiring import open_services, prepare
from domain.events import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.demo.messenger import FakeMessenger

UNUSABLE, INTERRUPTED = 2, 130


@contextmanager
def staged(
    store: str, basis: Basis, out: Path, show: Show, place: tuple[str, int] | None = None
) -> Iterator[Demo]:
    """Prepare an installation of the demo's own and serve it, on loopback unless told.

    One that is served for people stands in a folder of its own, named by the port it really has.
    """
    host, port = place or ("127.0.0.1", 0)
    clock = DemoClock(story.CALLED_AT)
    with ExitStack() as stack:
        # Taken first: a folder whose server still runs must not be emptied beneath it.
        listener = stack.enter_context(listen(host, port))
        public = address_of(listener, host) if place else ""
        out = out / f"{LIVE}{listener.getsockname()[1]}" if place else out
        stack.enter_context(own_folder(out))
        fake = stack.enter_context(fake_messenger(f"Домовой чат: {story.ADDRESS}"))
        settings = _settings(stack, store, out / "data", public, fake)
        prepare(settings)
        services = stack.enter_context(open_services(settings, clock))
        address = stack.enter_context(serving_on(create_app(services), listener, host))
        if fake is not None:
            fake.deliver_to(address)
        chat = DemoChat(services, fake, show.console.file)
        stack.callback(chat.close)
        demo = Demo(services, clock, address, show, basis, out, chat=chat)
        stack.callback(demo.secretary.close)
        yield demo


def _settings(
    stack: ExitStack,
    store: str,
    home: Path,
    public: str,
    fake: FakeMessenger | None,
) -> Settings:
    env = {"SOBRANIE_HOME": str(home), "SOBRANIE_STORE": store}
    env |= {"SOBRANIE_PUBLIC_URL": public} if public else {}
    env |= fake.settings() if fake is not None else {}
    if store == "postgres":
        server = stack.enter_context(private_postgres())
        env |= server.create_database("sobranie_demo")
    return read_settings(env)


def run_demo(store: str, basis: str, out: Path = OUTPUT) -> int:
    """Run the whole story; gives the exit status."""
    show = Show()
    show.console.print(
        f"[bold]sobranie[/bold]: собрание целиком · хранилище {store} · основание {basis}"
    )
    try:
        with ended_by_sigterm(), staged(store, Basis(basis), out, show) as demo:
            demo.enter_house()
            demo.call()
            demo.announce()
            demo.open()
            demo.vote()
            demo.close()
            demo.tally()
            demo.protocol()
            demo.audit()
    except KeyboardInterrupt:
        sys.stderr.write("Показ прерван.\n")
        return INTERRUPTED
    except (FolderTakenError, PostgresUnavailableError) as fault:
        return _unusable(fault)
    show.summary()
    show.console.print(f"Документы — в папке {out}/", soft_wrap=True)
    return 0


def serve_demo(store: str, basis: str, place: tuple[str, int], out: Path = OUTPUT) -> int:
    """Bring a meeting to the middle of its voting and keep it open for a person."""
    show = Show()
    try:
        with (
            ended_by_sigterm(),
            suppress(KeyboardInterrupt),
            staged(store, Basis(basis), out, show, place) as demo,
        ):
            demo.enter_house()
            demo.call()
            demo.announce()
            demo.open()
            demo.vote()
            _keep_open(demo)
    except (AddressUnusableError, FolderTakenError, PostgresUnavailableError) as fault:
        return _unusable(fault)
    return 0


def _unusable(fault: Exception) -> int:
    sys.stderr.write(f"Показ не запущен. {fault}\n")
    return UNUSABLE


def _keep_open(demo: Demo) -> None:
    """Let run beside the server what runs beside any other, and wait to be stopped."""
    with ExitStack() as beside:
        beside.callback(start_letters(demo.services).close)
        beside.callback(WebhookThread(demo.services).close)
        if demo.chat is not None:
            beside.enter_context(demo.chat.going_on())
        for line in _invitation(demo):
            # Whole lines: an address or a token that is broken cannot be copied.
            demo.show.console.print(line, soft_wrap=True, markup=False)
        threading.Event().wait()


def _invitation(demo: Demo) -> Iterator[str]:
    """Say what can be opened, and give a shell what the how-to pages speak of."""
    yield "Открыто для вас (остановить — Ctrl+C):"
    for owner in demo.still_waiting()[:3]:
        premises = ", ".join(owner["premises"])
        yield f"  бюллетень ({premises}): {demo.address}/b/{token_of(owner)}"
    yield f"  явка:    {demo.address}/m/{demo.meeting}?live=1"
    yield f"  журнал:  {demo.address}/log/{demo.house}/checkpoint"
    yield f"  API:     {demo.address}/api/v1/openapi.json"
    if demo.chat is not None and demo.chat.page:
        yield f"  чат:     {demo.chat.page}"
    yield f"  папка:   {demo.out}/"
    yield "Для команд из docs/how-to вставьте в другое окно терминала:"
    yield f"URL={demo.address}"
    yield f"OFFICER={demo.secretary.token}"
    yield f"HOUSE={demo.house}"
    yield f"MEETING={demo.meeting}"
