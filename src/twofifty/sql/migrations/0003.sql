-- From schema 2 to 3, run inside one transaction and with foreign keys off.

ALTER TABLE messages ADD COLUMN revision_id INTEGER REFERENCES revisions (id);
ALTER TABLE messages ADD COLUMN event_id INTEGER REFERENCES events (id);
ALTER TABLE messages ADD COLUMN inputs BLOB;
ALTER TABLE messages ADD COLUMN degraded TEXT;

-- What a mail said was the order as it stood when the mail left, else when it was tried last. What
-- came of it later (a doubt that ended, a bounce) moved `updated_at` too.
UPDATE messages SET revision_id =
    (SELECT max(r.id) FROM revisions r
     WHERE r.order_id = messages.order_id AND coalesce(r.amended, r.body) IS NOT NULL
       AND r.at <= coalesce(messages.dot_at, messages.sent_at, messages.updated_at))
WHERE raw IS NOT NULL OR dot_at IS NOT NULL;

CREATE INDEX messages_notice ON messages (notice_id);
CREATE INDEX messages_template ON messages (template) WHERE template IS NOT NULL;

CREATE TABLE packs (
    version    TEXT PRIMARY KEY,
    created_at REAL NOT NULL,
    note       TEXT NOT NULL,
    own        BLOB NOT NULL,
    whole      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

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
