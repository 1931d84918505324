-- name: story
SELECT m.id, m.kind, n.facts, m.status, m.recipient, m.dot_at IS NOT NULL, m.raw IS NOT NULL,
       m.by_hand, m.resent, m.created_at, m.revision_id, m.code,
       m.resent = 1 AND EXISTS (SELECT 1 FROM message_events e
                            WHERE e.message = m.seq AND e.cause = 'corrected')
FROM messages m JOIN notices n ON n.id = m.notice_id
WHERE m.order_id = :order_id AND m.channel = 'email' ORDER BY m.seq

-- name: said_before
SELECT m.kind, n.facts, m.recipient, m.revision_id,
       m.resent = 1 AND NOT EXISTS (SELECT 1 FROM message_events e
                                WHERE e.message = m.seq AND e.cause = 'corrected')
FROM messages m JOIN notices n ON n.id = m.notice_id
WHERE m.order_id = :order_id AND m.channel = 'email'
  AND m.dot_at IS NOT NULL AND m.status <> 'failed'
  AND m.revision_id IS NOT NULL
  AND m.seq < (SELECT min(first.seq) FROM messages first
               WHERE first.notice_id = :notice_id)
ORDER BY m.seq

-- name: revision_body
SELECT coalesce(amended, body) FROM revisions WHERE id = :id

-- name: then
SELECT max(id) FROM revisions
WHERE order_id = :order_id AND at < :oldest AND coalesce(amended, body) IS NOT NULL

-- name: put_off
UPDATE jobs SET run_at = :run_at, since = max(since, :run_at)
WHERE owner IS NULL AND message = (SELECT seq FROM messages WHERE id = :id)

-- name: mail_beside
SELECT m.notice_id, m.recipient FROM messages m JOIN notices n ON n.id = m.notice_id
WHERE m.order_id = :order_id AND m.kind = :kind AND m.channel = 'email' AND n.facts = :facts
ORDER BY m.seq LIMIT 1
