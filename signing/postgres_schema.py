"""The tables of the log in PostgreSQL, and the one statement that writes all of them.

An event and its leaf are one row: no program, even one that does not know of the log, can write the
one without the other.
"""

from typing import LiteralString

EVENTS: LiteralString = """
CREATE TABLE IF NOT EXISTS {schema}.{table} (
    originator_id uuid NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL,
    house uuid NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, state bytea NOT NULL,
    notification_id bigserial,
    PRIMARY KEY (originator_id, originator_version), UNIQUE (house, idx)
) WITH (
    autovacuum_enabled = true, autovacuum_vacuum_threshold = 100000000,
    autovacuum_vacuum_scale_factor = 0.5, autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.01
)"""

LOG: tuple[LiteralString, ...] = (
    """
CREATE INDEX IF NOT EXISTS stored_events_by_type ON {schema}.{table} (house, topic, idx)""",
    """
CREATE TABLE IF NOT EXISTS {schema}.log_nodes (
    house uuid NOT NULL, level smallint NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL,
    PRIMARY KEY (house, level, idx)
)""",
    """
CREATE TABLE IF NOT EXISTS {schema}.log_heads (
    house uuid PRIMARY KEY, size bigint NOT NULL, frontier bytea NOT NULL, root bytea NOT NULL
)""",
    """
CREATE TABLE IF NOT EXISTS {schema}.log_checkpoints (
    house uuid NOT NULL, size bigint NOT NULL, note text NOT NULL, PRIMARY KEY (house, size)
)""",
    """
CREATE TABLE IF NOT EXISTS {schema}.sealed_values (
    commitment text PRIMARY KEY, person uuid NOT NULL, ciphertext bytea NOT NULL
)""",
    """
CREATE TABLE IF NOT EXISTS {schema}.person_keys (
    person uuid PRIMARY KEY, wrapped bytea NOT NULL
)""",
)

LOCK: tuple[LiteralString, ...] = (
    "SET LOCAL lock_timeout = {timeout}",
    "LOCK TABLE {schema}.{table} IN EXCLUSIVE MODE",
    "NOTIFY {channel}",
)

APPEND: LiteralString = """
WITH
nodes AS (
    INSERT INTO {schema}.log_nodes
    SELECT * FROM unnest(
        %(node_houses)b::uuid[], %(node_levels)b::smallint[], %(node_indexes)b::bigint[],
        %(node_hashes)b::bytea[])
), heads AS (
    INSERT INTO {schema}.log_heads
    SELECT * FROM unnest(
        %(head_houses)b::uuid[], %(head_sizes)b::bigint[], %(frontiers)b::bytea[],
        %(roots)b::bytea[])
    ON CONFLICT (house) DO UPDATE
    SET size=excluded.size, frontier=excluded.frontier, root=excluded.root
), sealed AS (
    INSERT INTO {schema}.sealed_values
    SELECT * FROM unnest(
        %(commitments)b::text[], %(persons)b::uuid[], %(ciphertexts)b::bytea[])
)
INSERT INTO {schema}.{table} (
    originator_id, originator_version, topic, house, idx, hash, state)
SELECT stream, version, topic, house, idx, hash, state FROM unnest(
    %(streams)b::uuid[], %(versions)b::bigint[], %(topics)b::text[], %(leaf_houses)b::uuid[],
    %(leaf_indexes)b::bigint[], %(leaf_hashes)b::bytea[], %(states)b::bytea[]
) WITH ORDINALITY AS event (stream, version, topic, house, idx, hash, state, place) ORDER BY place
RETURNING notification_id"""

UPSERT_CHECKPOINT: LiteralString = """
INSERT INTO {schema}.log_checkpoints VALUES (%s, %s, %s)
ON CONFLICT (house, size) DO UPDATE SET note=excluded.note"""
ADD_PERSON_KEYS: LiteralString = """
INSERT INTO {schema}.person_keys SELECT * FROM unnest(%b::uuid[], %b::bytea[])
ON CONFLICT (person) DO NOTHING"""
FORGET_PERSON_KEY: LiteralString = "DELETE FROM {schema}.person_keys WHERE person=%s"
VACUUM_PERSON_KEYS: LiteralString = "VACUUM {schema}.person_keys"

HEADS: LiteralString = """
SELECT house, size, frontier FROM {schema}.log_heads WHERE house = ANY(%b::uuid[])"""
VERSIONS: LiteralString = """
SELECT stream, (
    SELECT max(originator_version) FROM {schema}.{table} WHERE originator_id = stream
) AS version FROM unnest(%b::uuid[]) AS stream"""
HOUSES: LiteralString = "SELECT house FROM {schema}.log_heads ORDER BY house"
ENTRIES: LiteralString = """
SELECT state FROM {schema}.{table} WHERE house=%s AND idx>=%s AND idx<%s ORDER BY idx"""
ENTRIES_OF_TYPES: LiteralString = """
SELECT state FROM {schema}.{table}
WHERE house=%b AND topic = ANY(%b::text[]) AND idx<%b ORDER BY idx"""
LEAF_HASHES: LiteralString = """
SELECT hash FROM {schema}.{table} WHERE house=%s AND idx>=%s AND idx<%s ORDER BY idx"""
NODES_AT: LiteralString = """
SELECT n.level, n.idx, n.hash FROM {schema}.log_nodes n
JOIN unnest(%(levels)b::smallint[], %(indexes)b::bigint[]) AS asked (level, idx)
USING (level, idx) WHERE n.house=%(house)b
UNION ALL
SELECT 0, e.idx, e.hash FROM {schema}.{table} e
WHERE e.house=%(house)b AND e.idx = ANY(%(leaves)b::bigint[])"""
INDEX_OF: LiteralString = """
SELECT idx FROM {schema}.{table} WHERE originator_id=%s AND originator_version=%s"""
STORED: LiteralString = """
SELECT originator_id, state FROM {schema}.{table}
WHERE originator_id = ANY(%b::uuid[]) ORDER BY originator_id, originator_version"""
LATEST_CHECKPOINT: LiteralString = """
SELECT size, note FROM {schema}.log_checkpoints WHERE house=%s ORDER BY size DESC LIMIT 1"""
RECENT_CHECKPOINTS: LiteralString = """
SELECT size, note FROM {schema}.log_checkpoints WHERE house=%s ORDER BY size DESC LIMIT %s"""
CHECKPOINT_AT: LiteralString = """
SELECT note FROM {schema}.log_checkpoints WHERE house=%s AND size=%s"""
SEALED_VALUES: LiteralString = """
SELECT commitment, person, ciphertext FROM {schema}.sealed_values
WHERE commitment = ANY(%b::text[])"""
PERSON_KEYS: LiteralString = """
SELECT person, wrapped FROM {schema}.person_keys WHERE person = ANY(%b::uuid[])"""
