-- name: position
SELECT position FROM positions WHERE source = :source

-- name: rejected
SELECT id, source, key, topic, received_at, body, reason
FROM events INDEXED BY events_unread
WHERE outcome = 'rejected' AND again IS NULL AND id > :after
  AND (CAST(:source AS TEXT) IS NULL OR source = :source)
ORDER BY id LIMIT :most

-- name: known
SELECT o.id, o.source_order_id, o.total, o.currency, o.said_at, o.plan, o.reason
FROM json_each(:order_ids) wanted
CROSS JOIN orders o ON o.source = :source AND o.source_order_id = wanted.value

-- name: confirmations
SELECT m.order_id, m.id, m.status, m.recipient, m.dot_at IS NOT NULL
FROM json_each(:order_ids) wanted
CROSS JOIN messages m ON m.order_id = CAST(wanted.value AS INTEGER) AND m.kind = 'confirmation'
  AND m.channel = 'email' AND m.resent = 0
