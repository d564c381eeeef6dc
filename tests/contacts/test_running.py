"""The thread of a served installation, over a real mail server."""

from __future__ import annotations

import email
import os
import signal
import socket
import subprocess
import sys
import threading
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from typing_extensions import override

from api.contacts import running
from api.contacts.book import Channel, ContactBook
from api.contacts.letters import LetterStore
from api.contacts.options import couriers
from api.contacts.running import LetterThread, start_letters
from api.serve import serve
from api.settings import read_settings
from domain.events import Channel as BallotChannel
from domain.events import Mark
from tests.contacts.certificates import certificate
from tests.contacts.mail_server import MailServer, mail_server
from tests.contacts.pouch import Pouch, token_in

if TYPE_CHECKING:
    from api.contacts.courier import Letter
    from tests.integration.small import Meeting

YES = (Mark.FOR, Mark.FOR)
PATIENCE = 60
ROOT = Path(__file__).parents[2]


class Announcing(Pouch):
    """Says when it has carried a letter."""

    def __init__(self) -> None:
        super().__init__()
        self.done = threading.Event()
        self.closed = False

    @override
    def send(self, letter: Letter) -> None:
        super().send(letter)
        self.done.set()

    @override
    def close(self) -> None:
        self.closed = True


def reach(meeting: Meeting, number: str, address: str) -> None:
    person = meeting.titles[number][0].holders[0].person
    ContactBook(meeting.services.desk.engine).keep(meeting.house, person, Channel.EMAIL, address)


def test_the_thread_writes_by_itself_and_closes_what_it_holds(
    small: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "EVERY_SECONDS", 0.01)
    mail = Announcing()
    thread = LetterThread(small.services, {Channel.EMAIL: mail})
    reach(small, "2", "anna@mail.example")
    small.vote(small.titles["2"][0].id, *YES, channel=BallotChannel.PAPER)
    assert mail.done.wait(PATIENCE)
    thread.close()
    assert mail.closed
    assert [letter.to.value for letter in mail.carried] == ["anna@mail.example"]


def test_one_letter_that_fails_in_a_way_nobody_thought_of_does_not_end_the_others(
    small: Meeting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(running, "EVERY_SECONDS", 0.01)
    mail, broken = Announcing(), [BrokenPipeError("anna@mail.example")]
    carry = mail.send

    def fail_once(letter: Letter) -> None:
        if broken:
            raise broken.pop()
        carry(letter)

    monkeypatch.setattr(mail, "send", fail_once)
    thread = LetterThread(small.services, {Channel.EMAIL: mail})
    for number, address in (("2", "anna@mail.example"), ("3", "boris@mail.example")):
        reach(small, number, address)
        small.vote(small.titles[number][0].id, *YES, channel=BallotChannel.PAPER)
    assert mail.done.wait(PATIENCE)
    thread.close()
    assert "a round of letters failed" in caplog.text
    assert "mail.example" not in caplog.text


def test_a_paper_entry_becomes_a_letter_at_a_real_mail_server(
    small: Meeting, tmp_path: Path
) -> None:
    with mail_server(MailServer(certificate(tmp_path))) as server:
        assert server.certificate is not None
        env = {
            "SOBRANIE_HOME": str(small.services.settings.home),
            "SOBRANIE_SMTP_HOST": "127.0.0.1",
            "SOBRANIE_SMTP_PORT": str(server.port),
            "SOBRANIE_SMTP_FROM": "oss@uk.example",
            "SOBRANIE_SMTP_CA_FILE": str(server.certificate.chain),
        }
        by = couriers(read_settings(env), small.services.clock)
        thread = LetterThread(small.services, by)
        reach(small, "2", "anna@mail.example")
        small.vote(small.titles["2"][0].id, *YES, channel=BallotChannel.PAPER)
        store = LetterStore(small.services.desk.engine)
        planner, sender = thread.planner, thread.sender
        while planner.collect():
            pass
        sender.deliver()
        thread.close()
    (mail,) = server.taken
    body = email.message_from_bytes(mail.content, policy=default).get_body()
    assert body is not None
    link = small.services.desk.link(token_in(body.get_content()))
    assert link is not None
    assert link.person == small.titles["2"][0].holders[0].person
    assert mail.private
    assert store.due(small.clock()) == []


def test_by_itself_an_installation_writes_into_files(small: Meeting) -> None:
    thread = start_letters(small.services)
    reach(small, "2", "anna@mail.example")
    small.vote(small.titles["2"][0].id, *YES, channel=BallotChannel.PAPER)
    while thread.planner.collect():
        pass
    thread.sender.deliver()
    thread.close()
    (path,) = (small.services.settings.home / "letters").rglob("*.txt")
    assert "возразите" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_closes_what_runs_beside_it(
    stop: signal.Signals, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = "from api.cli.operator import main; import sys; sys.exit(main())"
    command = [sys.executable, "-c", program, "serve", "--port", str(port)]
    env = os.environ | {"SOBRANIE_HOME": str(tmp_path)}
    transport = httpx.HTTPTransport(retries=10)
    with (
        subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as server,
        httpx.Client(transport=transport, timeout=PATIENCE) as client,
    ):
        assert server.stderr is not None
        assert server.stderr.readline().startswith("Сервер: ")
        assert client.get(f"http://127.0.0.1:{port}/").status_code == 200
        server.send_signal(stop)
        assert server.wait(PATIENCE) == 0
        assert server.stderr.read() == ""


def test_a_server_with_a_wrong_setting_of_letters_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOBRANIE_HOME", str(tmp_path))
    monkeypatch.setenv("SOBRANIE_LETTERS", "pigeon")
    assert serve("127.0.0.1", 0) == 2
    assert "Сервер не запущен. Письма: SOBRANIE_LETTERS" in capsys.readouterr().err
