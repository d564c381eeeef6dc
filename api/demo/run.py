"""The demo: a whole meeting over real HTTP on a real store, in under a minute.

Days pass by a clock of the demo's own; everything else is what a served installation runs.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from api.bundles import build_bundle
from api.demo import announcing, people, story
from api.demo.house import demo_register
from api.messages import outcome_text
from domain.events import Basis, Outcome
from domain.facts import MeetingId
from domain.votes import percent, russian

if TYPE_CHECKING:
    from api.clock import DemoClock
    from api.demo.messenger import DemoChat
    from api.demo.show import Bar, Show, Step
    from api.services import Services

SEED = 2026
BY_PAGE = 12
PAPERS = 60
WANTED_BALLOTS = 700
WANTED_TURNOUT = Fraction(72, 100)
LOOKS, PAUSE = 250, 0.02
"""How often, and how many seconds apart, one looks whether the live turnout has caught up."""


@dataclass(slots=True)
class Demo:
    """A meeting on its way; each method is a step of the story."""

    services: Services
    clock: DemoClock
    address: str
    show: Show
    basis: Basis
    out: Path
    secretary: people.Secretary = field(init=False)
    house: str = ""
    meeting: str = ""
    count: str = ""
    owners: list[dict[str, Any]] = field(default_factory=list)
    titles: dict[str, dict[str, Any]] = field(default_factory=dict)
    on_paper: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    chat: DemoChat | None = None
    will: story.Will = field(default_factory=lambda: story.Will(SEED))

    def __post_init__(self) -> None:
        """Give the secretary a token."""
        token = self.services.desk.add_officer("секретарь")
        self.secretary = people.Secretary(self.address, token)

    def tell(self) -> None:
        """Let the house's chat hear what has happened."""
        if self.chat is not None:
            self.chat.tell()

    def read(self) -> list[str]:
        """Read the house's chat as it stands."""
        return self.chat.read() if self.chat is not None else []

    # --- before the voting ------------------------------------------------------------------------

    def enter_house(self) -> None:
        """Enter the house and import its register from a spreadsheet."""
        with self.show.step("Дом и реестр собственников из файла XLSX") as step:
            house = {
                "address": story.ADDRESS,
                "declared_area": story.AREA,
                "entrances": story.ENTRANCES,
            }
            self.house = self.secretary.post("/houses", house)["house"]
            if self.chat is not None:
                self.chat.bind(self.house)
            data = demo_register(SEED)
            (self.out / "reestr.xlsx").write_bytes(data)
            done = self.secretary.upload_register(self.house, data, "reestr.xlsx")
            step.prove(
                f"помещений {done['recorded']}, площадь {done['all_area']} м² — ровно столько, "
                "сколько заявлено для дома"
            )
            step.prove(f"замечаний к реестру {len(done['findings'])}, каждое — с номером строки")

    def call(self) -> None:
        """Call the meeting and prove both notices."""
        with self.show.step("Созыв: повестка из восьми вопросов, два сообщения в срок") as step:
            called = self.secretary.post("/meetings", story.call(self.house, self.basis, SEED))
            self.meeting = called["meeting"]
            self.clock.move_to(story.CALLED_AT + timedelta(hours=3))
            now = self.clock()
            self.secretary.notice(self.meeting, "system", "размещено в ГИС ЖКХ", now)
            self.secretary.notice(self.meeting, "owners", "доски объявлений в подъездах", now)
            step.prove("оба сообщения даны не позднее срока ч. 4 ст. 45 ЖК РФ, с доказательствами")
            step.prove(f"повестка заморожена: SHA-256 {called['agenda_digest'][:16]}…")
            self.tell()

    def announce(self) -> None:
        """Let the managing organisation speak to the house between the notice and the voting."""
        with self.show.step("Объявления организации: одному подъезду, с исправлением") as step:
            announcing.announce(self, step)

    def open(self) -> None:
        """Open the voting and hand out the links."""
        with self.show.step("Открытие голосования и личные ссылки") as step:
            self.clock.move_to(story.OPENS_AT + timedelta(minutes=1))
            self.secretary.post(f"/meetings/{self.meeting}/open", status=204)
            self.owners = self.secretary.post(f"/meetings/{self.meeting}/links")
            self.titles = {
                title["title"]: title
                for title in self.secretary.get(f"/meetings/{self.meeting}/titles")
            }
            step.prove(f"личных ссылок {len(self.owners)}; в базе — только их отпечатки")
            step.prove(f"реестр закреплён: {len(self.titles)} прав собственности")
            self.tell()

    # --- voting -----------------------------------------------------------------------------------

    def split(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Choose who votes by link and who on paper, until turnout and number are reached."""
        by_premises: dict[str, list[dict[str, Any]]] = {}
        for title in self.titles.values():
            by_premises.setdefault(title["premises"], []).append(title)
        whole = Fraction(story.AREA)
        links: list[dict[str, Any]] = []
        papers: list[dict[str, Any]] = []
        votes, ballots = Fraction(0), 0
        taken: set[str] = set()
        for owner in self.will.shuffled(self.owners):
            mine = [t for p in set(owner["premises"]) for t in by_premises[p]]
            mine = [t for t in mine if owner["name"] in t["holders"] and t["title"] not in taken]
            if not mine or (ballots >= WANTED_BALLOTS and votes >= whole * WANTED_TURNOUT):
                continue
            taken.update(title["title"] for title in mine)
            votes += sum(Fraction(title["votes"]) for title in mine)
            ballots += len(mine)
            owner["titles"] = mine
            alone = len(mine) == 1 and len(mine[0]["holders"]) == 1
            (papers if alone and len(papers) < PAPERS else links).append(owner)
        return links, papers

    def vote(self) -> None:
        """Let owners vote: some through the pages, the rest through JSON, some on paper."""
        links, papers = self.split()
        verb = "готовят решения" if self.basis is Basis.WRITTEN_DECISIONS else "голосуют"
        with self.show.step(f"Собственники {verb}: страницы, JSON, бумага") as step:
            total = len(links) + len(papers)
            with self.show.bar("голоса", total) as bar:
                for owner in links[:BY_PAGE]:
                    people.vote_by_page(self.address, token_of(owner), self.will.answers())
                    bar.move(self.turnout())
                votes = [
                    people.Sending(token_of(owner), "/ballots", {"answers": self.will.answers()})
                    for owner in links[BY_PAGE:]
                ]
                self.send(votes, bar)
                self.clock.move_to(story.PAPER_UNTIL)
                answers = self.send([self.paper(owner["titles"][0]) for owner in papers], bar)
            by_title = {answer["ballots"][0]["title"]: answer["ballots"][0] for answer in answers}
            self.on_paper = [(owner, by_title[owner["titles"][0]["title"]]) for owner in papers]
            self.sign_prepared(links)
            self.refusals(step, links)
            self.object(step)
            step.prove(self.turnout_of(sum(len(owner["titles"]) for owner in links + papers)))
            self.tell()

    def send(self, crowd: list[people.Sending], bar: Bar) -> list[dict[str, Any]]:
        """Send many requests at once and show the turnout while they run."""
        answers: list[dict[str, Any]] = []

        async def done(answer: dict[str, Any]) -> None:
            answers.append(answer)
            bar.move("" if bar.done % 40 else await asyncio.to_thread(self.turnout))

        asyncio.run(people.send_all(self.address, crowd, done))
        return answers

    def paper(self, title: dict[str, Any]) -> people.Sending:
        """Make the request that enters a paper decision of a title."""
        received = self.clock() - timedelta(hours=1)
        answers = self.will.answers(paper=True)
        return self.secretary.paper(self.meeting, title["title"], answers, received)

    def sign_prepared(self, links: list[dict[str, Any]]) -> None:
        """Where answers by link are no votes, hand in the signed decisions they filled in."""
        if self.basis is not Basis.WRITTEN_DECISIONS:
            return
        waiting = [title for owner in links for title in owner["titles"]]
        with self.show.bar("подписанные решения", len(waiting)) as bar:
            self.send([self.paper(title) for title in waiting], bar)

    def refusals(self, step: Step, links: list[dict[str, Any]]) -> None:
        """Try what must not work."""
        answers = {"answers": self.will.answers()}
        first, second = links[0], links[1]
        again = people.vote(self.address, token_of(first), answers)
        step.prove("второй голос отклонён: " + people.refusal(again, "already_voted"))
        alien = answers | {"titles": [second["titles"][0]["title"]]}
        refused = people.vote(self.address, token_of(first), alien)
        step.prove("голос за чужое помещение: " + people.refusal(refused, "not_your_ballot"))
        body = {"person": second["person"]}
        self.secretary.post(f"/meetings/{self.meeting}/links/revoke", body, status=204)
        revoked = people.vote(self.address, token_of(second), answers)
        step.prove("отозванная ссылка: " + people.refusal(revoked, "link_revoked"))

    def object(self, step: Step) -> None:
        """One owner says that a paper ballot in their name is not theirs."""
        owner, ballot = self.on_paper[0]
        headers = {"Authorization": f"Bearer {token_of(owner)}"}
        body = {"title": ballot["title"], "statement": "Я не подписывал это решение."}
        answer = httpx.post(f"{self.address}/api/v1/contests", json=body, headers=headers)
        people.expect(answer, 201)
        step.prove("собственник возразил против бумаги от его имени; это запись журнала")

    def still_waiting(self) -> list[dict[str, Any]]:
        """Give the owners in none of whose premises anything is recorded yet."""
        rows = self.secretary.get(f"/meetings/{self.meeting}/titles")
        taken = {row["premises"] for row in rows if row["state"] != "none"}
        return [owner for owner in self.owners if not taken & set(owner["premises"])]

    def turnout(self) -> str:
        """Read the live turnout."""
        row = self.secretary.get(f"/meetings/{self.meeting}/turnout")
        text = f"явка {row['percent']} %, решений {row['ballots']}"
        if row["prepared_ballots"]:
            text += f", подготовлено {row['prepared_ballots']}"
        return text

    def turnout_of(self, ballots: int) -> str:
        """Read the turnout when it speaks of so many decisions: it follows them a moment later."""
        told = ""
        for _ in range(LOOKS):
            told = self.turnout()
            if f"решений {ballots}" in told.split(", "):
                return told
            time.sleep(PAUSE)
        raise people.UnexpectedAnswerError(f"решений отправлено {ballots}, а {told}")

    # --- after the voting -------------------------------------------------------------------------

    def close(self) -> None:
        """Close the voting; a late vote is refused."""
        with self.show.step("Закрытие: опоздавший голос не принимается") as step:
            self.clock.move_to(story.CLOSES_AT)
            self.secretary.post(f"/meetings/{self.meeting}/close", status=204)
            late = next(owner for owner in self.owners if "titles" not in owner)
            answers = {"answers": self.will.answers()}
            answer = people.vote(self.address, token_of(late), answers)
            step.prove(people.refusal(answer, "voting_is_closed"))
            self.tell()

    def tally(self) -> None:
        """Count the votes."""
        with self.show.step("Подсчёт: кворум и большинство по каждому вопросу") as step:
            result = self.secretary.post(f"/meetings/{self.meeting}/counts", {})
            self.count = result["count"]
            everybody, present = Fraction(result["all_votes"]), Fraction(result["participants"])
            step.prove(
                f"участвовали {russian(present)} из {russian(everybody)} голосов "
                f"({percent(present, everybody)} %), решений {result['ballots']}, "
                f"с возражением {result['contested']}"
            )
            for item in result["items"]:
                votes = Fraction(item["votes_for"])
                step.prove(
                    f"вопрос {item['number']}: за {russian(votes)} — {percent(votes, present)} % "
                    f"участников, {percent(votes, everybody)} % всех — "
                    f"{outcome_text(Outcome(item['outcome']))}"
                )

    def protocol(self) -> None:
        """Draw up the protocol and lay out what people take home."""
        with self.show.step("Протокол, квитанция, пакет для проверки") as step:
            made = self.secretary.post(f"/counts/{self.count}/protocol")
            for file in made["files"]:
                (self.out / file["name"]).write_bytes(self.secretary.file(file["sha256"]))
            _, ballot = self.on_paper[0]
            (self.out / "receipt.tlog-proof").write_text(ballot["receipt"], encoding="utf-8")
            meeting = MeetingId(UUID(self.meeting))
            (self.out / "meeting.oss").write_bytes(
                build_bundle(self.services, meeting, "inspector")
            )
            (self.out / "meeting-public.oss").write_bytes(
                build_bundle(self.services, meeting, "public")
            )
            made_files = sorted(path.name for path in self.out.iterdir() if path.is_file())
            step.prove(f"готово: {', '.join(made_files)}")
            if self.chat is not None:
                self.tell()
                announcing.prove_chat(self.chat, step)

    def audit(self) -> None:
        """Check the bundle offline, then spoil one byte of a copy."""
        with self.show.step("Независимая проверка без сети: sobranie-audit verify") as step:
            bundle = self.out / "meeting.oss"
            sound = audit("verify", str(bundle))
            self.show.console.print(indented(sound.stdout), markup=False)
            if sound.returncode != 0:
                raise people.UnexpectedAnswerError(sound.stdout + sound.stderr)
            step.prove("пакет верен: байты, хеши, подпись, ход собрания, пересчёт, протокол")
            spoiled = self.out / "spoiled.oss"
            spoil(bundle, spoiled)
            found = audit("verify", str(spoiled))
            self.show.console.print(indented(found.stdout), markup=False)
            spoiled.unlink()
            if found.returncode != 1:
                raise people.UnexpectedAnswerError("подмена не замечена")
            step.prove("в копии изменён один байт: запись названа, код выхода 1")


def token_of(owner: dict[str, Any]) -> str:
    """Give the token of an owner's link."""
    url: str = owner["url"]
    return url.rsplit("/", 1)[-1]


def audit(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the auditor's command as a program of its own."""
    program = Path(sys.executable).with_name("sobranie-audit")
    command = [str(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def spoil(bundle: Path, copy: Path) -> None:
    """Change one byte of a vote in a copy of a bundle."""
    shutil.copy(bundle, copy)
    data = bytearray(copy.read_bytes())
    at = data.index(b'"answers":["for"') + len(b'"answers":["')
    data[at] ^= 1
    copy.write_bytes(data)


def indented(text: str) -> str:
    """Set a program's output in from the margin."""
    return "\n".join(f"     {line}" for line in text.splitlines())
