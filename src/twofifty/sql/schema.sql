-- The store. Times are seconds since the epoch; blobs are compressed (see adapters/sqlite/codec.py).

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dictionaries (
    id      INTEGER PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

-- Every arrival at the door, for ever. `key` makes it idempotent per source. `again`: the arrival
-- with which this one, unusable when it came, was read after all.
CREATE TABLE events (
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
CREATE INDEX events_outcome ON events (outcome);
CREATE INDEX events_waiting ON events (received_at) WHERE outcome = 'waiting';
CREATE INDEX events_unread ON events (id) WHERE outcome = 'rejected' AND again IS NULL;

-- An order as it stands; `plan`, `code`, `reason` say how its confirmation was decided last.
-- `revision`, `facts` and `said_at` (its `updated_at`) are of what the shop said of the whole order,
-- without what is `amended`. `locale` NULL: written before schema 2, to be read from the body.
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
    locale          TEXT,
    time_zone       TEXT,
    said_at         REAL,
    amended         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, source_order_id)
) STRICT;
CREATE INDEX orders_source ON orders (source);
CREATE INDEX orders_email ON orders (email) WHERE email IS NOT NULL;
CREATE INDEX orders_number ON orders (number) WHERE number IS NOT NULL;
CREATE INDEX orders_plan ON orders (plan);
CREATE INDEX orders_unreasoned ON orders (id) WHERE plan IN ('wait', 'absent') AND reason IS NULL;

-- What each event did to an order; `body` is the canonical order as the shop said it where that was
-- applied, `amended` the same with the amendments laid over it, where that differs.
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
    body     BLOB,
    amended  BLOB
) STRICT;
CREATE INDEX revisions_order ON revisions (order_id);

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
-- attempt, or with the dot that was journalled before that, and never changes. `revision_id`: which
-- state of the order it says; `event_id`: the arrival that led to it; `inputs`: what else it was
-- composed from; `degraded`: why it is not the template that was wanted. `route` took it, or is
-- where the doubt arose, and `taken_as` what it said then; `dots`: how often the final dot left.
-- `reach`: whether the customer was reached (NULL: open yet; `none`: nobody asks), `reached_by`: by
-- which channel. (No `IN` in what every move is compared with: SQLite makes a table of it each time.)
CREATE TABLE messages (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    notice_id  INTEGER NOT NULL REFERENCES notices (id),
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    kind       TEXT NOT NULL,
    channel    TEXT NOT NULL,
    recipient  TEXT NOT NULL COLLATE NOCASE,
    status     TEXT NOT NULL CHECK (
               status = 'queued' OR status = 'sending' OR status = 'sent' OR status = 'delivered' OR
               status = 'scheduled' OR status = 'held' OR status = 'deferred' OR
               status = 'in_doubt' OR status = 'bounced' OR status = 'failed' OR
               status = 'suppressed' OR status = 'superseded' OR status = 'cancelled'),
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
    raw        BLOB,
    revision_id INTEGER REFERENCES revisions (id),
    event_id   INTEGER REFERENCES events (id),
    inputs     BLOB,
    degraded   TEXT,
    route      TEXT,
    taken_as   TEXT,
    dots       INTEGER NOT NULL DEFAULT 0,
    reach      TEXT DEFAULT 'none' CHECK (reach IN ('reached', 'escalated', 'given_up', 'none')),
    reached_by TEXT
) STRICT;
CREATE INDEX messages_order ON messages (order_id);
CREATE INDEX messages_status ON messages (status);
CREATE INDEX messages_recipient ON messages (recipient);
CREATE INDEX messages_notice ON messages (notice_id);
CREATE INDEX messages_template ON messages (template) WHERE template IS NOT NULL;
CREATE INDEX messages_confirming ON messages (order_id, kind, resent, status, channel)
    WHERE kind = 'confirmation' AND channel = 'email';
CREATE INDEX messages_foreign ON messages (rfc_id) WHERE substr(rfc_id, 1, 2) <> 'm_';
CREATE INDEX messages_dotted ON messages (recipient, channel, dot_at) WHERE dot_at IS NOT NULL;
CREATE INDEX messages_leaving ON messages (recipient, channel)
    WHERE status = 'sending' AND dot_at IS NULL;
CREATE INDEX messages_lost ON messages (kind, created_at)
    WHERE reach IS NULL AND channel = 'email'
      AND (status = 'bounced' OR status = 'failed' OR status = 'suppressed');
CREATE INDEX messages_unproven ON messages (kind, created_at)
    WHERE reach IS NULL AND channel = 'email' AND status = 'sent';
CREATE INDEX messages_unsent ON messages (kind, created_at)
    WHERE reach IS NULL AND channel = 'email'
      AND (status = 'queued' OR status = 'sending' OR status = 'deferred');
CREATE INDEX messages_parked ON messages (code) WHERE status = 'failed' OR status = 'held';
CREATE INDEX messages_fallback ON messages (kind, created_at)
    WHERE reach IS NULL AND channel <> 'email';
CREATE INDEX messages_beside ON messages (order_id) WHERE channel <> 'email';

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
-- workers that died with it before the dot. `published_until`: a broker brings it to a worker; by
-- then, nobody having claimed it, it is taken for lost on the way.
CREATE TABLE jobs (
    message  INTEGER PRIMARY KEY REFERENCES messages (seq),
    run_at   REAL NOT NULL,
    since    REAL NOT NULL,
    owner    TEXT,
    attempt  INTEGER NOT NULL DEFAULT 0,
    crashes  INTEGER NOT NULL DEFAULT 0,
    doubt    INTEGER NOT NULL DEFAULT 0,
    published_until REAL
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE owner IS NULL;
CREATE INDEX jobs_suspect ON jobs (run_at) WHERE owner IS NULL AND crashes > 0;
CREATE INDEX jobs_owned ON jobs (owner) WHERE owner IS NOT NULL;
CREATE INDEX jobs_unpublished ON jobs (run_at) WHERE owner IS NULL AND published_until IS NULL;
CREATE INDEX jobs_published ON jobs (published_until)
    WHERE owner IS NULL AND published_until IS NOT NULL;

-- A worker's lease on everything it owns: alive until `expires_at`.
CREATE TABLE workers (
    owner      TEXT PRIMARY KEY,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- Templates: `own` are a shop's files, `whole` those with the built-in ones below them, by which any
-- mail can be made again. A version is the hash of `whole`.
CREATE TABLE packs (
    version    TEXT PRIMARY KEY,
    created_at REAL NOT NULL,
    note       TEXT NOT NULL,
    own        BLOB NOT NULL,
    whole      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Which version was to be used from when on, for ever. `scope`: a source's name, empty for all.
-- `share`: of a hundred mails, how many a canary gets; 0 ends it.
CREATE TABLE publications (
    id      INTEGER PRIMARY KEY,
    at      REAL NOT NULL,
    scope   TEXT NOT NULL,
    action  TEXT NOT NULL CHECK (action IN ('promote', 'canary', 'rollback', 'automatic')),
    version TEXT NOT NULL REFERENCES packs (version),
    share   INTEGER NOT NULL CHECK (share BETWEEN 0 AND 100),
    actor   TEXT NOT NULL,
    note    TEXT NOT NULL
) STRICT;
CREATE INDEX publications_scope ON publications (scope, id);

-- What the world says of messages, for ever, as it came: one body may bring news of many. `moves`:
-- the newest of `message_events` by then.
CREATE TABLE feedback_bodies (
    id          INTEGER PRIMARY KEY,
    origin      TEXT NOT NULL,
    received_at REAL NOT NULL,
    moves       INTEGER NOT NULL,
    body        BLOB NOT NULL
) STRICT;

-- One piece of news of it. `key` makes it idempotent per origin. `at`: when it was so, `said_at`
-- the same as it was said. `address`: where the message went that it is of. Not `applied`: the
-- message is still being sent.
CREATE TABLE feedback (
    id            INTEGER PRIMARY KEY,
    body          INTEGER NOT NULL REFERENCES feedback_bodies (id),
    origin        TEXT NOT NULL,
    key           TEXT NOT NULL,
    received_at   REAL NOT NULL,
    at            REAL NOT NULL,
    said_at       REAL,
    type          TEXT NOT NULL,
    bounce        TEXT,
    reject_reason TEXT,
    message       INTEGER REFERENCES messages (seq),
    channel       TEXT NOT NULL,
    address       TEXT NOT NULL COLLATE NOCASE,
    recipient     TEXT NOT NULL,
    provider_id   TEXT,
    own_id        TEXT,
    event_id      TEXT,
    code          INTEGER,
    enhanced      TEXT,
    text          TEXT NOT NULL DEFAULT '',
    url           TEXT,
    machine       INTEGER NOT NULL DEFAULT 0,
    applied       INTEGER NOT NULL DEFAULT 0,
    UNIQUE (origin, key)
) STRICT;
CREATE INDEX feedback_message ON feedback (message, type) WHERE message IS NOT NULL;
CREATE INDEX feedback_waiting ON feedback (message) WHERE applied = 0;
CREATE INDEX feedback_address ON feedback (address, channel, type, at);

-- Addresses that are not written to, with what was lifted since: one in force per address and cause.
-- `at`: when it was last shown to be so; `until`: when it is tried again by itself.
-- `lifted_by`: the person who did; `ended`: what else did (`delivered`, `time`).
CREATE TABLE suppressions (
    id        INTEGER PRIMARY KEY,
    channel   TEXT NOT NULL,
    address   TEXT NOT NULL COLLATE NOCASE,
    scope     TEXT NOT NULL CHECK (scope IN ('all', 'service', 'marketing')),
    cause     TEXT NOT NULL,
    at        REAL NOT NULL,
    until     REAL,
    text      TEXT NOT NULL DEFAULT '',
    actor     TEXT NOT NULL DEFAULT '',
    message   INTEGER REFERENCES messages (seq),
    lifted_at REAL,
    lifted_by TEXT,
    ended     TEXT
) STRICT;
CREATE UNIQUE INDEX suppressions_address ON suppressions (address, channel, cause)
    WHERE lifted_at IS NULL;
CREATE INDEX suppressions_standing ON suppressions (id) WHERE lifted_at IS NULL;
CREATE INDEX suppressions_lifted ON suppressions (address, channel, cause)
    WHERE lifted_at IS NOT NULL;

-- What a person should look at. `how`: what closed it.
CREATE TABLE tasks (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    at         REAL NOT NULL,
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    message    INTEGER NOT NULL REFERENCES messages (seq),
    address    TEXT NOT NULL COLLATE NOCASE,
    suggestion TEXT,
    done_at    REAL,
    how        TEXT,
    actor      TEXT
) STRICT;
CREATE INDEX tasks_open ON tasks (id) WHERE done_at IS NULL;
CREATE INDEX tasks_address ON tasks (address, order_id) WHERE done_at IS NULL;

-- Who stopped mail, let it go on, or said whose store this is, and when. How it stands is in `meta`.
CREATE TABLE brake_log (
    id     INTEGER PRIMARY KEY,
    at     REAL NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('stop', 'release', 'claim')),
    actor  TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX brake_log_released ON brake_log (at) WHERE action = 'release';
