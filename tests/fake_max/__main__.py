"""Runs the fake for the demo: `python -m tests.fake_max --mini-app … --webhook ADDRESS=PLACE`.

Prints the address, the token and the group's id as one JSON line, then serves until interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading

from tests.fake_max.clock import SystemClock
from tests.fake_max.people import FakeChat
from tests.fake_max.serve import HttpDelivery, running
from tests.fake_max.world import World

TICK_S = 0.2


def populate(world: World, title: str) -> FakeChat:
    """Make a house's chat with three neighbours and the bot as its administrator."""
    chair = world.person("Анна", "Петрова", "+79990000001")
    chat = world.group(title, chair)
    for first, last, phone in (
        ("Борис", "Смирнов", "+79990000002"),
        ("Вера", "Козлова", "+79990000003"),
    ):
        world.join(chat, world.person(first, last, phone))
    world.add_bot(chat, chair)
    world.set_rights(chat, chair)
    return chat


def end_with_input(over: threading.Event) -> None:
    """End when nobody holds the other end of the input any more: whoever started this has gone."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    over.set()


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A fake MAX messenger on the loopback")
    parser.add_argument("--mini-app", default="https://app.example/max")
    parser.add_argument("--webhook", action="append", default=[], metavar="ADDRESS=PLACE")
    parser.add_argument("--title", default="Домовой чат: ул. Выдуманная, 5")
    parser.add_argument("--until-input-ends", action="store_true")
    options = parser.parse_args()
    world = World(SystemClock())
    world.mini_app_url = options.mini_app
    world.journal.routes |= dict(row.split("=", 1) for row in options.webhook)
    world.journal.deliver = HttpDelivery(world.journal.routes)
    chat, over = populate(world, options.title), threading.Event()
    if options.until_input_ends:
        threading.Thread(target=end_with_input, args=(over,), daemon=True).start()
    with running(world) as fake:
        start = {"base_url": fake.base_url, "page": f"{fake.base_url}/_fake/"}
        start |= {"token": world.token, "chat_id": str(chat.chat_id)}
        sys.stdout.write(json.dumps(start) + "\n")
        sys.stdout.flush()
        try:
            while not over.wait(TICK_S):
                world.journal.pump()
        except KeyboardInterrupt:
            sys.stderr.write("stopped\n")


if __name__ == "__main__":
    main()
