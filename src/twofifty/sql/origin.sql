-- name: origin
SELECT m.id, m.kind, m.recipient, m.created_at, m.template, m.degraded, m.raw, m.inputs, m.order_id,
       n.digest, n.facts, o.source, o.source_order_id, e.id, e.topic, e.received_at, e.outcome,
       coalesce(r.amended, r.body), r.at, r.plan, r.code, r.reason
FROM messages m
JOIN notices n ON n.id = m.notice_id
JOIN orders o ON o.id = m.order_id
LEFT JOIN revisions r ON r.id = m.revision_id
LEFT JOIN events e ON e.id = coalesce(m.event_id, r.event_id)
WHERE m.id = :id

-- name: states
SELECT coalesce(amended, body) FROM revisions
WHERE order_id = :id AND coalesce(amended, body) IS NOT NULL ORDER BY id
