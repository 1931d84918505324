-- name: mark
SELECT value FROM meta WHERE key = :key

-- name: set_mark
INSERT INTO meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value

-- name: events
SELECT e.id, e.received_at, e.body, e.outcome <> 'waiting', e.source, e.topic, o.source_order_id,
       'e_' || e.id
FROM events e LEFT JOIN orders o ON o.id = e.order_id
WHERE e.id > :after ORDER BY e.id LIMIT :most

-- name: messages
SELECT m.seq, m.created_at, m.raw,
       m.raw IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.message = m.seq),
       o.source, m.kind, o.source_order_id, m.id
FROM messages m JOIN orders o ON o.id = m.order_id
WHERE m.seq > :after ORDER BY m.seq LIMIT :most

-- name: reports
SELECT b.id, b.received_at, b.body,
       NOT EXISTS (SELECT 1 FROM feedback f WHERE f.body = b.id AND f.applied = 0 AND f.message > 0),
       b.origin, 'report', NULL, 'r_' || b.id
FROM feedback_bodies b
WHERE b.id > :after ORDER BY b.id LIMIT :most

-- name: empty_event
UPDATE events SET body = :nothing WHERE id = :id AND outcome <> 'waiting'

-- name: empty_message
UPDATE messages SET raw = :nothing, inputs = NULL
WHERE seq = :id AND raw IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobs WHERE message = :id)

-- name: empty_report
UPDATE feedback_bodies SET body = :nothing WHERE id = :id
