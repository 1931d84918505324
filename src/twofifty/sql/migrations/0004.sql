-- From schema 3 to 4, run inside one transaction and with foreign keys off.
-- What was there before is nobody's to reach, and no column of it is written.

ALTER TABLE messages ADD COLUMN route TEXT;
ALTER TABLE messages ADD COLUMN taken_as TEXT;
ALTER TABLE messages ADD COLUMN dots INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN reach TEXT DEFAULT 'none'
    CHECK (reach IN ('reached', 'escalated', 'given_up', 'none'));
ALTER TABLE messages ADD COLUMN reached_by TEXT;

DROP INDEX messages_confirming;
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

CREATE TABLE feedback_bodies (
    id          INTEGER PRIMARY KEY,
    origin      TEXT NOT NULL,
    received_at REAL NOT NULL,
    moves       INTEGER NOT NULL,
    body        BLOB NOT NULL
) STRICT;

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

CREATE TABLE brake_log (
    id     INTEGER PRIMARY KEY,
    at     REAL NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('stop', 'release', 'claim')),
    actor  TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX brake_log_released ON brake_log (at) WHERE action = 'release';
