-- name: claim_notice
INSERT INTO notices (digest, order_id, kind, channel, recipient, facts, created_at)
VALUES (:digest, :order_id, :kind, :channel, :recipient, :facts, :at)
ON CONFLICT (digest) DO UPDATE SET copies = notices.copies + 1
RETURNING id, copies

-- name: insert_message
INSERT INTO messages (id, notice_id, order_id, kind, channel, recipient, status, code, reason,
                      by_hand, resent, created_at, updated_at, event_id, reach)
VALUES (:id, :notice_id, :order_id, :kind, :channel, :recipient, :status, :code, :reason,
        :by_hand, :resent, :created_at, :updated_at, :event_id, :reach)
RETURNING seq

-- name: move_message
UPDATE messages SET status = :status, code = :code, reason = :reason, updated_at = :at
WHERE seq = :seq

-- name: message_seq
SELECT seq, status FROM messages WHERE id = :id

-- name: insert_message_event
INSERT INTO message_events (message, at, status, cause, text, code, enhanced, attempt)
VALUES (:message, :at, :status, :cause, :text, :code, :enhanced, :attempt)

-- name: put_job
INSERT INTO jobs (message, run_at, since, attempt)
SELECT seq, :run_at, :run_at, attempt FROM messages WHERE seq = :message
ON CONFLICT (message) DO UPDATE
SET run_at = excluded.run_at, owner = NULL, published_until = NULL

-- name: drop_job
DELETE FROM jobs WHERE message = :message

-- name: unsent_beside
SELECT b.id, b.kind,
       EXISTS (SELECT 1 FROM messages m JOIN notices n ON n.id = m.notice_id
               WHERE m.order_id = b.order_id AND m.channel = 'email' AND m.kind = b.kind
                 AND n.facts = bn.facts AND m.status NOT IN ('superseded', 'cancelled'))
FROM messages b INDEXED BY messages_beside
JOIN notices bn ON bn.id = b.notice_id
WHERE b.order_id = :order_id AND b.channel <> 'email'
  AND (b.status IN ('queued', 'scheduled', 'held', 'deferred')
       OR (b.status = 'sending' AND b.dot_at IS NULL))
