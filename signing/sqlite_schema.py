"""The tables of the log in SQLite.

Ids are 32 hex digits, as the library writes them. An event cannot be committed without its leaf:
the foreign key holds even against a program that does not know of the log.
"""

EVENTS = """
CREATE TABLE IF NOT EXISTS stored_events (
    originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB,
    PRIMARY KEY (originator_id, originator_version),
    FOREIGN KEY (originator_id, originator_version)
        REFERENCES log_leaves (originator_id, originator_version) DEFERRABLE INITIALLY DEFERRED
)"""

LOG = (
    """
CREATE TABLE IF NOT EXISTS log_leaves (
    house TEXT NOT NULL, idx INTEGER NOT NULL,
    originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,
    type TEXT NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (house, idx), UNIQUE (originator_id, originator_version)
) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS log_leaves_by_type ON log_leaves (house, type, idx)",
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
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)

# One statement for all rows of a table: other threads run Python meanwhile, and are not asked to
# wait once a row. Rows come as a JSON array of arrays, what is binary as one string of bytes.
INSERT_LEAVES = """
INSERT INTO log_leaves
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]'), substr(?2, 1 + 32 * key, 32)
FROM json_each(?1)"""
INSERT_NODES = """
INSERT INTO log_nodes
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       substr(?2, 1 + 32 * key, 32)
FROM json_each(?1)"""
INSERT_EVENTS = """
INSERT INTO stored_events
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       substr(?2, 1 + json_extract(value, '$[3]'), json_extract(value, '$[4]'))
FROM json_each(?1) ORDER BY key"""
INSERT_SEALED = "INSERT INTO sealed_values VALUES (?,?,?)"
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
ENTRIES = """
SELECT e.state FROM log_leaves AS l CROSS JOIN stored_events AS e
ON e.originator_id = l.originator_id AND e.originator_version = l.originator_version
WHERE l.house=? AND l.idx>=? AND l.idx<? ORDER BY l.idx"""
ENTRIES_OF_TYPES = """
SELECT e.state FROM json_each(?) AS asked CROSS JOIN log_leaves AS l CROSS JOIN stored_events AS e
ON e.originator_id = l.originator_id AND e.originator_version = l.originator_version
WHERE l.house=? AND l.type=asked.value AND l.idx<? ORDER BY l.idx"""
LEAF_HASHES = "SELECT hash FROM log_leaves WHERE house=? AND idx>=? AND idx<? ORDER BY idx"
LEAVES_AT = """
SELECT 0 AS level, l.idx, l.hash FROM json_each(?) AS asked CROSS JOIN log_leaves AS l
WHERE l.house=? AND l.idx=asked.value"""
NODES_AT = """
SELECT n.level, n.idx, n.hash FROM json_each(?) AS asked CROSS JOIN log_nodes AS n
WHERE n.house=? AND n.level=json_extract(asked.value, '$[0]')
AND n.idx=json_extract(asked.value, '$[1]')"""
INDEX_OF = "SELECT idx FROM log_leaves WHERE originator_id=? AND originator_version=?"
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
