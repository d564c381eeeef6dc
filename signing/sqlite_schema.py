"""The tables of the log in SQLite.

Ids are 32 hex digits, as the library writes them. An event and its leaf are one row: no program,
even one that does not know of the log, can write the one without the other. The hash stands before
the record, so that whoever reads hashes reads no records.
"""

from functools import lru_cache

EVENTS = """
CREATE TABLE IF NOT EXISTS stored_events (
    originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL,
    house TEXT NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, state BLOB NOT NULL,
    PRIMARY KEY (originator_id, originator_version), UNIQUE (house, idx)
)"""

LOG = (
    "CREATE INDEX IF NOT EXISTS stored_events_by_type ON stored_events (house, topic, idx)",
    """
CREATE TABLE IF NOT EXISTS log_nodes (
    house TEXT NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (house, level, idx)
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS log_heads (
    house TEXT PRIMARY KEY, size INTEGER NOT NULL, frontier BLOB NOT NULL, root BLOB NOT NULL
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS log_checkpoints (
    house TEXT NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (house, size)
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS sealed_values (
    commitment TEXT PRIMARY KEY, person TEXT NOT NULL, ciphertext BLOB NOT NULL
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS person_keys (
    person TEXT PRIMARY KEY, wrapped BLOB NOT NULL
) WITHOUT ROWID""",
)

CONNECTION = (
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    # The streams' ids are random: every vote goes to another page of their index. So the pages stay
    # in memory, and are copied from the journal into the file once for many votes.
    "PRAGMA cache_size=-32768",
    "PRAGMA wal_autocheckpoint=4000",
)

# One statement for all rows of a table: other threads run Python meanwhile, and are not asked to
# wait once a row. A failure undoes the transaction, so that no way back to before the statement is
# kept in a file.
INSERT_EVENTS = "INSERT OR ROLLBACK INTO stored_events VALUES "
EVENT_COLUMNS = 7
INSERT_NODES = "INSERT OR ROLLBACK INTO log_nodes VALUES "
NODE_COLUMNS = 4
INSERT_SEALED = "INSERT OR ROLLBACK INTO sealed_values VALUES (?,?,?)"
UPSERT_HEADS = """
INSERT INTO log_heads VALUES (?,?,?,?)
ON CONFLICT (house) DO UPDATE
SET size=excluded.size, frontier=excluded.frontier, root=excluded.root"""
UPSERT_CHECKPOINT = """
INSERT INTO log_checkpoints VALUES (?,?,?)
ON CONFLICT (house, size) DO UPDATE SET note=excluded.note"""
ADD_PERSON_KEYS = "INSERT INTO person_keys VALUES (?,?) ON CONFLICT (person) DO NOTHING"
FORGET_PERSON_KEY = "DELETE FROM person_keys WHERE person=?"

# One argument, a JSON array, keeps one prepared statement for any number of keys.
HEADS = """
SELECT house, size, frontier FROM log_heads WHERE house IN (SELECT value FROM json_each(?))"""
VERSIONS = """
SELECT asked.value AS stream, (
    SELECT MAX(originator_version) FROM stored_events WHERE originator_id = asked.value
) AS version FROM json_each(?) AS asked"""
HOUSES = "SELECT house FROM log_heads ORDER BY house"
ENTRIES = "SELECT state FROM stored_events WHERE house=? AND idx>=? AND idx<? ORDER BY idx"
ENTRIES_OF_TYPES = """
SELECT e.state FROM json_each(?) AS asked CROSS JOIN stored_events AS e
WHERE e.house=? AND e.topic=asked.value AND e.idx<? ORDER BY e.idx"""
LEAF_HASHES = "SELECT hash FROM stored_events WHERE house=? AND idx>=? AND idx<? ORDER BY idx"
LEAVES_AT = """
SELECT 0 AS level, e.idx, e.hash FROM json_each(?) AS asked CROSS JOIN stored_events AS e
WHERE e.house=? AND e.idx=asked.value"""
NODES_AT = """
SELECT n.level, n.idx, n.hash FROM json_each(?) AS asked CROSS JOIN log_nodes AS n
WHERE n.house=? AND n.level=json_extract(asked.value, '$[0]')
AND n.idx=json_extract(asked.value, '$[1]')"""
INDEX_OF = "SELECT idx FROM stored_events WHERE originator_id=? AND originator_version=?"
STORED = """
SELECT e.originator_id, e.state FROM json_each(?) AS asked CROSS JOIN stored_events AS e
WHERE e.originator_id=asked.value ORDER BY asked.key, e.originator_version"""
LATEST_CHECKPOINT = """
SELECT size, note FROM log_checkpoints WHERE house=? ORDER BY size DESC LIMIT 1"""
RECENT_CHECKPOINTS = """
SELECT size, note FROM log_checkpoints WHERE house=? ORDER BY size DESC LIMIT ?"""
CHECKPOINT_AT = "SELECT note FROM log_checkpoints WHERE house=? AND size=?"
SEALED_VALUES = """
SELECT s.commitment, s.person, s.ciphertext FROM json_each(?) AS asked
CROSS JOIN sealed_values AS s WHERE s.commitment=asked.value"""
PERSON_KEYS = """
SELECT k.person, k.wrapped FROM json_each(?) AS asked
CROSS JOIN person_keys AS k WHERE k.person=asked.value"""


@lru_cache(maxsize=256)
def rows(insert: str, columns: int, count: int) -> str:
    """Write an INSERT of so many rows."""
    row = f"({', '.join('?' * columns)})"
    return insert + ", ".join([row] * count)
