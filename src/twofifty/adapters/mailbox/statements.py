"""The mailbox's SQL. `rcpt_to` holds the recipients, one a line."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at REAL NOT NULL,
    mail_from   TEXT NOT NULL,
    rcpt_to     TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    subject     TEXT NOT NULL,
    raw         BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS mail_message_id ON mail (message_id);
"""

APPEND = """
INSERT INTO mail (received_at, mail_from, rcpt_to, message_id, subject, raw)
VALUES (?, ?, ?, ?, ?, ?)
"""

FORGET = "DELETE FROM mail WHERE id <= (SELECT max(id) FROM mail) - ?"

COUNT = "SELECT count(*) FROM mail"

LIST = """
SELECT id, received_at, mail_from, rcpt_to, message_id, subject, length(raw) AS size
FROM mail WHERE :before IS NULL OR id < :before ORDER BY id DESC LIMIT :limit
"""

GET = "SELECT *, length(raw) AS size FROM mail WHERE id = ?"

FIND = "SELECT *, length(raw) AS size FROM mail WHERE message_id = ? ORDER BY id"
