-- name: message_for_action
SELECT m.seq, m.status, m.kind, m.recipient, m.order_id, o.source, o.source_order_id, m.dot_at,
       n.facts, m.channel
FROM messages m JOIN orders o ON o.id = m.order_id JOIN notices n ON n.id = m.notice_id
WHERE m.id = :id

-- name: mark_by_hand
UPDATE messages SET by_hand = 1 WHERE seq = :seq

