-- name: lost
SELECT m.seq, m.id, m.kind, n.facts, o.source, o.source_order_id, m.created_at, m.status,
       coalesce(r.amended, r.body), m.order_id, m.channel,
       max(m.created_at, coalesce(j.since, m.sent_at, 0))
FROM messages m INDEXED BY messages_lost
CROSS JOIN notices n ON n.id = m.notice_id
CROSS JOIN orders o ON o.id = m.order_id
CROSS JOIN revisions r ON r.id = o.revision_id
LEFT JOIN jobs j ON j.message = m.seq
WHERE m.kind = :kind AND m.created_at > :oldest AND m.reach IS NULL AND m.channel = 'email'
  AND (m.status = 'bounced' OR m.status = 'failed' OR m.status = 'suppressed')
  AND NOT (m.status = 'suppressed' AND m.code IN ('complaint', 'unsubscribed'))
ORDER BY m.created_at

-- name: unproven
SELECT m.seq, m.id, m.kind, n.facts, o.source, o.source_order_id, m.created_at, m.status,
       coalesce(r.amended, r.body), m.order_id, m.channel,
       max(m.created_at, coalesce(j.since, m.sent_at, 0))
FROM messages m INDEXED BY messages_unproven
CROSS JOIN notices n ON n.id = m.notice_id
CROSS JOIN orders o ON o.id = m.order_id
CROSS JOIN revisions r ON r.id = o.revision_id
LEFT JOIN jobs j ON j.message = m.seq
WHERE m.kind = :kind AND m.created_at > :oldest AND m.created_at <= :due
  AND m.reach IS NULL AND m.channel = 'email' AND m.status = 'sent'
ORDER BY m.created_at

-- name: unsent
SELECT m.seq, m.id, m.kind, n.facts, o.source, o.source_order_id, m.created_at, m.status,
       coalesce(r.amended, r.body), m.order_id, m.channel,
       max(m.created_at, coalesce(j.since, m.sent_at, 0))
FROM messages m INDEXED BY messages_unsent
CROSS JOIN notices n ON n.id = m.notice_id
CROSS JOIN orders o ON o.id = m.order_id
CROSS JOIN revisions r ON r.id = o.revision_id
LEFT JOIN jobs j ON j.message = m.seq
WHERE m.kind = :kind AND m.created_at > :oldest AND m.created_at <= :due
  AND m.reach IS NULL AND m.channel = 'email'
  AND (m.status = 'queued' OR m.status = 'sending' OR m.status = 'deferred')
  AND NOT (m.status = 'sending' AND m.dot_at IS NOT NULL)
ORDER BY m.created_at

-- name: fallbacks
SELECT m.seq, m.id, m.kind, n.facts, o.source, o.source_order_id, m.created_at, m.status,
       coalesce(r.amended, r.body), m.order_id, m.channel,
       max(m.created_at, coalesce(j.since, m.sent_at, 0))
FROM messages m INDEXED BY messages_fallback
CROSS JOIN notices n ON n.id = m.notice_id
CROSS JOIN orders o ON o.id = m.order_id
CROSS JOIN revisions r ON r.id = o.revision_id
LEFT JOIN jobs j ON j.message = m.seq
WHERE m.kind = :kind AND m.created_at > :oldest AND m.reach IS NULL AND m.channel <> 'email'
ORDER BY m.created_at

-- name: told
SELECT b.seq, b.id, b.channel, b.status, b.resent, b.dot_at IS NOT NULL
FROM messages m
JOIN notices n ON n.id = m.notice_id
JOIN messages b ON b.order_id = m.order_id AND b.kind = m.kind
JOIN notices bn ON bn.id = b.notice_id
WHERE m.seq = :seq AND bn.facts = n.facts
ORDER BY b.seq

-- name: released
SELECT max(at) FROM brake_log INDEXED BY brake_log_released WHERE action = 'release'

-- name: known
SELECT 1 FROM notices WHERE digest = :digest

-- name: event
SELECT order_id, event_id FROM messages WHERE seq = :seq

-- name: mark
UPDATE messages SET reach = :reach, reached_by = coalesce(:by, reached_by)
WHERE seq = :seq AND coalesce(reach, 'escalated') = 'escalated'
