"""A process killed while it writes leaves whole batches, each with its leaves, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from signing.merkle import leaf_hash, root_of
from tests.contract.conftest import OpenLog
from tests.signing.builders import HOUSE, event, events

ROOT = Path(__file__).parents[2]
WRITER = """
import json, sys
from eventsourcing.persistence import InfrastructureFactory
from tests.signing.builders import events
log = InfrastructureFactory.construct(json.loads(sys.argv[1])).application_recorder()
for batch in range(100000):
    log.insert_events(events(5, start=batch * 5))
    print(batch, flush=True)
"""


def test_a_killed_writer_leaves_whole_batches(
    open_log: OpenLog, store_settings: dict[str, str]
) -> None:
    command = [sys.executable, "-c", WRITER, json.dumps(store_settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
        acknowledged = [writer.stdout.readline() for _ in range(20)] if writer.stdout else []
        writer.kill()
    assert acknowledged[-1] == b"19\n"
    log = open_log()
    # The server may still be committing the last batch: a write waits for it.
    log.insert_events([event("after the crash", 1)])
    size = log.head(HOUSE).size - 1
    assert size >= 100
    assert size % 5 == 0
    entries = log.entries(HOUSE, 0, size + 1)
    assert entries == [one.state for one in [*events(size), event("after the crash", 1)]]
    assert log.head(HOUSE).root == root_of([leaf_hash(entry) for entry in entries])
    stored = log.select_notifications(start=1, limit=size + 10)
    assert [one.state for one in stored] == entries
