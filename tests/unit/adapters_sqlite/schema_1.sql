-- The store. Times are seconds since the epoch; blobs are compressed (see adapters/sqlite/codec.py).

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dictionaries (
    id      INTEGER PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

-- Every arrival at the door, for ever. `key` makes it idempotent per source.
CREATE TABLE events (
    id          INTEGER PRIMARY KEY,
    source      TEXT NOT NULL,
    key         TEXT NOT NULL,
    digest      BLOB NOT NULL,
    topic       TEXT NOT NULL,
    received_at REAL NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN
                ('applied', 'unchanged', 'stale', 'conflict', 'rejected', 'ignored')),
    reason      TEXT,
    order_id    INTEGER REFERENCES orders (id),
    repeats     INTEGER NOT NULL DEFAULT 0,
    repeated_at REAL,
    body        BLOB NOT NULL,
    UNIQUE (source, key)
) STRICT;
CREATE INDEX events_trouble ON events (outcome, id) WHERE outcome IN ('conflict', 'rejected');

-- An order as it stands; `plan`, `code`, `reason` say how its confirmation was decided last.
CREATE TABLE orders (
    id              INTEGER PRIMARY KEY,
    source          TEXT NOT NULL,
    source_order_id TEXT NOT NULL,
    number          TEXT,
    email           TEXT COLLATE NOCASE,
    customer        TEXT,
    currency        TEXT NOT NULL,
    total           TEXT NOT NULL,
    payment         TEXT,
    placed_at       REAL,
    received_at     REAL NOT NULL,
    updated_at      REAL NOT NULL,
    revision        INTEGER,
    revision_id     INTEGER,
    facts           BLOB NOT NULL,
    plan            TEXT NOT NULL CHECK (plan IN ('owe', 'hold', 'fail', 'wait', 'absent')),
    code            TEXT,
    reason          TEXT,
    difference      TEXT,
    UNIQUE (source, source_order_id)
) STRICT;
CREATE INDEX orders_email ON orders (email) WHERE email IS NOT NULL;
CREATE INDEX orders_number ON orders (number) WHERE number IS NOT NULL;

-- What each event did to an order; `body` is the canonical order where it was applied.
CREATE TABLE revisions (
    id       INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    event_id INTEGER NOT NULL REFERENCES events (id),
    at       REAL NOT NULL,
    revision INTEGER,
    outcome  TEXT NOT NULL,
    plan     TEXT,
    code     TEXT,
    reason   TEXT,
    body     BLOB
) STRICT;
CREATE INDEX revisions_order ON revisions (order_id);

-- What is owed: unique for ever by `digest` (source, order, kind, facts, channel, recipient).
CREATE TABLE notices (
    id         INTEGER PRIMARY KEY,
    digest     TEXT NOT NULL UNIQUE,
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    kind       TEXT NOT NULL,
    channel    TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    facts      TEXT NOT NULL,
    created_at REAL NOT NULL,
    copies     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One attempt at saying it. `raw` is frozen with its first settled
-- attempt, or with the dot that was journalled before that, and never changes.
CREATE TABLE messages (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    notice_id  INTEGER NOT NULL REFERENCES notices (id),
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    kind       TEXT NOT NULL,
    channel    TEXT NOT NULL,
    recipient  TEXT NOT NULL COLLATE NOCASE,
    status     TEXT NOT NULL CHECK (status IN
               ('queued', 'scheduled', 'held', 'sending', 'sent', 'delivered', 'deferred',
                'in_doubt', 'bounced', 'failed', 'suppressed', 'superseded', 'cancelled')),
    code       TEXT,
    reason     TEXT,
    by_hand    INTEGER NOT NULL DEFAULT 0,
    resent     INTEGER NOT NULL DEFAULT 0,
    attempt    INTEGER NOT NULL DEFAULT 0,
    doubts     INTEGER NOT NULL DEFAULT 0,
    dot_at     REAL,
    dot_owner  TEXT,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    sent_at    REAL,
    subject    TEXT,
    rfc_id     TEXT,
    template   TEXT,
    size       INTEGER,
    raw        BLOB
) STRICT;
CREATE INDEX messages_order ON messages (order_id);
CREATE INDEX messages_status ON messages (status);
CREATE INDEX messages_recipient ON messages (recipient);

-- Every move of a message, with its cause and, for SMTP, the reply.
CREATE TABLE message_events (
    id       INTEGER PRIMARY KEY,
    message  INTEGER NOT NULL REFERENCES messages (seq),
    at       REAL NOT NULL,
    status   TEXT NOT NULL,
    cause    TEXT NOT NULL,
    text     TEXT NOT NULL DEFAULT '',
    code     INTEGER,
    enhanced TEXT,
    attempt  INTEGER
) STRICT;
CREATE INDEX message_events_message ON message_events (message);

-- The outbox: one row per message with work left; finished work leaves no row behind.
-- `since`: when it was queued, from which its time to be given up counts. `crashes` counts the
-- workers that died with it before the dot.
CREATE TABLE jobs (
    message  INTEGER PRIMARY KEY REFERENCES messages (seq),
    run_at   REAL NOT NULL,
    since    REAL NOT NULL,
    owner    TEXT,
    attempt  INTEGER NOT NULL DEFAULT 0,
    crashes  INTEGER NOT NULL DEFAULT 0,
    doubt    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE owner IS NULL;
CREATE INDEX jobs_suspect ON jobs (run_at) WHERE owner IS NULL AND crashes > 0;
CREATE INDEX jobs_owned ON jobs (owner) WHERE owner IS NOT NULL;

-- A worker's lease on everything it owns: alive until `expires_at`.
CREATE TABLE workers (
    owner      TEXT PRIMARY KEY,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
