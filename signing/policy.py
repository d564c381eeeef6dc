"""Trust policies (C2SP tlog-policy): which witnesses are known, and how many must have cosigned.

    # who watches our logs                                       comments, empty lines: ignored
    log sobranie.example/3f2c1a4e-…+8c9d7794+AYqI4910CfGV…       optional: a log's key, then its URL
    witness council witness.example/w+cb1393dc+BIE5dw6ofR… https://witness.example/prefix
    witness region region.example/w+1f0a2b3c+BPaW0nX5hT8s…       name, key; the URL is for asking it
    group two 2 council region                                   a number, `any` or `all` of those
    quorum two                                                   once; or one witness, or `none`

Words are parted by spaces and tabs, lines end in a newline. Groups and the quorum name what stands
above them; everything is a member of one group at most, so that nobody counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from signing.errors import KeyMalformedError, PolicyMalformedError
from signing.note import COSIGNATURE, ED25519, VerifierKey
from signing.spelling import SpellingError, from_decimal

NONE = "none"
MAX_POLICY_BYTES = 200_000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANK = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log the policy accepts; its key is named as the log's origin."""

    key: VerifierKey
    url: str | None


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness: its name within the policy, its key, and where it is asked."""

    name: str
    key: VerifierKey
    url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these must have witnessed; a member is a witness or a group above."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was read; names in it are known to exist."""

    logs: tuple[KnownLog, ...]
    witnesses: tuple[KnownWitness, ...]
    groups: tuple[Group, ...]
    quorum: str

    @classmethod
    def from_bytes(cls, data: bytes) -> Policy:
        """Read a policy file; a fault names the line."""
        if len(data) > MAX_POLICY_BYTES:
            raise PolicyMalformedError("too_long", f"{len(data)} bytes")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise PolicyMalformedError("not_utf8", f"byte {fault.start}") from fault
        *lines, rest = text.split("\n")
        if rest:
            raise PolicyMalformedError("no_final_newline", f"line {len(lines) + 1}")
        reader = _Reader()
        for number, line in enumerate(lines, 1):
            reader.read(line, f"line {number}")
        return reader.policy()

    def keys(self) -> tuple[VerifierKey, ...]:
        """List the keys of the witnesses, in their order."""
        return tuple(witness.key for witness in self.witnesses)

    def log_keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """List the keys the policy knows for a log."""
        return tuple(log.key for log in self.logs if log.key.name == origin)

    def is_met_by(self, cosigned: Collection[VerifierKey]) -> bool:
        """Tell whether the quorum has witnessed what these keys have cosigned."""
        witnessed = {NONE} | {w.name for w in self.witnesses if w.key in cosigned}
        for group in self.groups:
            if sum(member in witnessed for member in group.members) >= group.threshold:
                witnessed.add(group.name)
        return self.quorum in witnessed


@dataclass(slots=True)
class _Reader:
    """Reads line after line; keeps which names are defined and which are members already."""

    logs: list[KnownLog] = field(default_factory=list)
    witnesses: list[KnownWitness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=lambda: {NONE})
    members: set[str] = field(default_factory=set)

    def read(self, line: str, where: str) -> None:
        """Read one line."""
        if _CONTROL.search(line):
            raise PolicyMalformedError("control_character", where)
        words = [word for word in _BLANK.split(line) if word]
        if not words or words[0].startswith("#"):
            return
        match words:
            case ["log", key, *url] if len(url) <= 1:
                self._log(key, url, where)
            case ["witness", name, key, *url] if len(url) <= 1:
                self._witness(name, key, url, where)
            case ["group", name, threshold, first, *others]:
                self._group(name, threshold, (first, *others), where)
            case ["quorum", name]:
                self._quorum(name, where)
            case ["log" | "witness" | "group" | "quorum", *_]:
                raise PolicyMalformedError("number_of_words", where)
            case _:
                raise PolicyMalformedError("unknown_keyword", where)

    def policy(self) -> Policy:
        """Give what was read."""
        if self.quorum is None:
            raise PolicyMalformedError("no_quorum", "policy")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)

    def _log(self, text: str, url: Sequence[str], where: str) -> None:
        key = _key(text, ED25519, where)
        if any(known.key.public == key.public for known in self.logs):
            raise PolicyMalformedError("key_twice", where)
        self.logs.append(KnownLog(key, _url(url, where)))

    def _witness(self, name: str, text: str, url: Sequence[str], where: str) -> None:
        self._define(name, where)
        key = _key(text, COSIGNATURE, where)
        if any(known.key.public == key.public for known in self.witnesses):
            raise PolicyMalformedError("key_twice", where)
        self.witnesses.append(KnownWitness(name, key, _url(url, where)))

    def _group(self, name: str, threshold: str, members: tuple[str, ...], where: str) -> None:
        for member in members:
            if member == NONE or member not in self.names:
                raise PolicyMalformedError("name_unknown", where)
            if member in self.members:
                raise PolicyMalformedError("member_twice", where)
            self.members.add(member)
        self._define(name, where)
        self.groups.append(Group(name, _threshold(threshold, len(members), where), members))

    def _quorum(self, name: str, where: str) -> None:
        if self.quorum is not None:
            raise PolicyMalformedError("quorum_twice", where)
        if name not in self.names:
            raise PolicyMalformedError("name_unknown", where)
        self.quorum = name

    def _define(self, name: str, where: str) -> None:
        if name in self.names:
            raise PolicyMalformedError("name_taken", where)
        self.names.add(name)


def _key(text: str, algorithm: int, where: str) -> VerifierKey:
    try:
        key = VerifierKey.from_text(text)
    except KeyMalformedError as fault:
        raise PolicyMalformedError(fault.reason, where) from fault
    if key.algorithm != algorithm:
        raise PolicyMalformedError("key_for_another_use", where)
    return key


def _url(given: Sequence[str], where: str) -> str | None:
    for url in given:
        if not url.startswith(("https://", "http://")):
            raise PolicyMalformedError("not_a_web_address", where)
        return url.rstrip("/")
    return None


def _threshold(text: str, members: int, where: str) -> int:
    if text in ("any", "all"):
        return 1 if text == "any" else members
    try:
        threshold = from_decimal(text)
    except SpellingError as fault:
        raise PolicyMalformedError("threshold", where) from fault
    if not 1 <= threshold <= members:
        raise PolicyMalformedError("threshold", where)
    return threshold
