"""Sets the demo up on the store that was asked for, runs it, and can keep it open."""

from __future__ import annotations

import shutil
import threading
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from api.clock import DemoClock
from api.demo import story
from api.demo.messenger import DemoChat, fake_messenger
from api.demo.run import Demo, token_of
from api.demo.show import Show
from api.http.app import create_app
from api.private_postgres import private_postgres
from api.server import serving
from api.settings import Settings, read_settings
from api.wiring import open_services, prepare
from domain.events import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.demo.messenger import FakeMessenger

OUTPUT = Path("demo-output")


@contextmanager
def staged(
    store: str, basis: Basis, out: Path, show: Show, listen: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[Demo]:
    """Prepare an installation of the demo's own and serve it on loopback."""
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    clock = DemoClock(story.CALLED_AT)
    with ExitStack() as stack:
        fake = stack.enter_context(fake_messenger(f"Домовой чат: {story.ADDRESS}"))
        settings = _settings(stack, store, out / "data", listen, fake)
        prepare(settings)
        services = stack.enter_context(open_services(settings, clock))
        address = stack.enter_context(serving(create_app(services), *listen))
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
    listen: tuple[str, int],
    fake: FakeMessenger | None,
) -> Settings:
    host, port = listen
    env = {"SOBRANIE_HOME": str(home), "SOBRANIE_STORE": store}
    env |= {"SOBRANIE_PUBLIC_URL": f"http://{host}:{port}"} if port else {}
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
    with staged(store, Basis(basis), out, show) as demo:
        demo.enter_house()
        demo.call()
        demo.announce()
        demo.open()
        demo.vote()
        demo.close()
        demo.tally()
        demo.protocol()
        demo.audit()
    show.summary()
    show.console.print(f"Документы — в папке {out}/")
    return 0


def serve_demo(store: str, basis: str, listen: tuple[str, int], out: Path = OUTPUT) -> int:
    """Bring a meeting to the middle of its voting and keep it open for a person."""
    show = Show()
    with staged(store, Basis(basis), out, show, listen) as demo:
        demo.enter_house()
        demo.call()
        demo.announce()
        demo.open()
        demo.vote()
        waiting = demo.still_waiting()
        show.console.print("Открыто для вас (остановить — Ctrl+C):")
        for owner in waiting[:3]:
            premises = ", ".join(owner["premises"])
            show.console.print(f"  бюллетень ({premises}): {demo.address}/b/{token_of(owner)}")
        show.console.print(f"  явка:    {demo.address}/m/{demo.meeting}?live=1")
        show.console.print(f"  журнал:  {demo.address}/log/{demo.house}/checkpoint")
        show.console.print(f"  API:     {demo.address}/api/v1/openapi.json")
        if demo.chat is not None and demo.chat.page:
            show.console.print(f"  чат:     {demo.chat.page}")
        with demo.chat.going_on() if demo.chat is not None else nullcontext():
            _wait()
    return 0


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
