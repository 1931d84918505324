-- From schema 1 to 2, run inside one transaction and with foreign keys off.
-- The outcomes of an arrival are a CHECK, which SQLite cannot change in place: the table is copied.

CREATE TABLE events_2 (
    id          INTEGER PRIMARY KEY,
    source      TEXT NOT NULL,
    key         TEXT NOT NULL,
    digest      BLOB NOT NULL,
    topic       TEXT NOT NULL,
    received_at REAL NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN
                ('applied', 'unchanged', 'stale', 'conflict', 'rejected', 'ignored', 'waiting')),
    reason      TEXT,
    order_id    INTEGER REFERENCES orders (id),
    repeats     INTEGER NOT NULL DEFAULT 0,
    repeated_at REAL,
    again       INTEGER REFERENCES events (id),
    body        BLOB NOT NULL,
    UNIQUE (source, key)
) STRICT;
INSERT INTO events_2 (id, source, key, digest, topic, received_at, outcome, reason, order_id,
                      repeats, repeated_at, body)
SELECT id, source, key, digest, topic, received_at, outcome, reason, order_id,
       repeats, repeated_at, body
FROM events ORDER BY id;

-- What was unusable, came again and was read then has its second reading beside it.
UPDATE events_2 AS old SET again =
    (SELECT max(e.id) FROM events e
     WHERE e.source = old.source AND e.key >= old.key || '#again:' AND e.key < old.key || '#again;')
WHERE old.outcome IN ('rejected', 'ignored');

DROP TABLE events;
ALTER TABLE events_2 RENAME TO events;
CREATE INDEX events_outcome ON events (outcome);
CREATE INDEX events_waiting ON events (received_at) WHERE outcome = 'waiting';
CREATE INDEX events_unread ON events (id) WHERE outcome = 'rejected' AND again IS NULL;

ALTER TABLE orders ADD COLUMN locale TEXT;
ALTER TABLE orders ADD COLUMN time_zone TEXT;
ALTER TABLE orders ADD COLUMN said_at REAL;
ALTER TABLE orders ADD COLUMN amended INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_plan ON orders (plan);
CREATE INDEX orders_unreasoned ON orders (id) WHERE plan IN ('wait', 'absent') AND reason IS NULL;

ALTER TABLE revisions ADD COLUMN amended BLOB;

CREATE INDEX messages_confirming ON messages (order_id, kind, resent, status)
    WHERE kind = 'confirmation';

-- By which of its payments' own ids an order is found. What was said once stays.
CREATE TABLE order_references (
    source    TEXT NOT NULL,
    reference TEXT NOT NULL,
    order_id  INTEGER NOT NULL REFERENCES orders (id),
    PRIMARY KEY (source, reference, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_references_order ON order_references (order_id);

-- News of parts of orders, for ever: laid over an order whenever its shop says the whole anew.
-- `waits`: no order that it is of has come yet.
CREATE TABLE amendments (
    id              INTEGER PRIMARY KEY,
    event_id        INTEGER NOT NULL REFERENCES events (id),
    source          TEXT NOT NULL,
    source_order_id TEXT,
    reference       TEXT,
    waits           INTEGER NOT NULL,
    body            BLOB NOT NULL
) STRICT;
CREATE INDEX amendments_order ON amendments (source, source_order_id)
    WHERE source_order_id IS NOT NULL;
CREATE INDEX amendments_reference ON amendments (source, reference) WHERE reference IS NOT NULL;
CREATE INDEX amendments_waiting ON amendments (event_id) WHERE waits = 1;

-- Orders to be asked for at their shops; what was fetched leaves no row behind. `taken`: somebody
-- is at it until `run_at`. Ids are never used again, for an errand is known by its id.
CREATE TABLE errands (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    source          TEXT NOT NULL,
    source_order_id TEXT NOT NULL,
    type            TEXT NOT NULL,
    since           REAL NOT NULL,
    run_at          REAL NOT NULL,
    taken           INTEGER NOT NULL DEFAULT 0,
    attempt         INTEGER NOT NULL DEFAULT 0,
    reason          TEXT,
    UNIQUE (source, source_order_id)
) STRICT;
CREATE INDEX errands_due ON errands (run_at);

-- Which arrivals an errand is run for; one that is not `taken` came after the errand was.
CREATE TABLE pointers (
    errand   INTEGER NOT NULL REFERENCES errands (id),
    event_id INTEGER NOT NULL REFERENCES events (id),
    at       REAL NOT NULL,
    taken    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (errand, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pointers_event ON pointers (event_id);

-- How far each source's change log or listing has been read.
CREATE TABLE positions (
    source   TEXT PRIMARY KEY,
    position TEXT NOT NULL
) STRICT, WITHOUT ROWID;
