-- name: order_columns
SELECT o.id, o.source, o.source_order_id, o.currency, o.total, o.received_at, o.updated_at, o.plan,
       o.number, o.customer, o.email, o.placed_at, o.payment, o.code, o.reason, o.difference
FROM orders o

-- name: order_body
SELECT coalesce(r.amended, r.body) FROM orders o JOIN revisions r ON r.id = o.revision_id WHERE o.id = :id

-- name: order_row
SELECT id FROM orders WHERE source = :source AND source_order_id = :order_id
UNION ALL
SELECT id FROM orders WHERE source = :source AND number = :order_id
LIMIT 1

-- By the id or the number that its shop gave it, whichever shop that is.
-- name: orders_called
WITH RECURSIVE shops (source) AS (
    SELECT min(source) FROM orders
    UNION ALL
    SELECT (SELECT min(o.source) FROM orders o WHERE o.source > shops.source)
    FROM shops WHERE shops.source IS NOT NULL)
SELECT o.id, o.source
FROM shops CROSS JOIN orders o ON o.source = shops.source AND o.source_order_id = :text
UNION
SELECT id, source FROM orders WHERE number = :text AND number IS NOT NULL

-- name: orders_of_address
SELECT id, source FROM orders WHERE email = :text AND email IS NOT NULL

-- name: newest_order
SELECT max(id) FROM orders

-- name: newest_message
SELECT max(seq) FROM messages

-- name: marks
SELECT (SELECT max(id) FROM events), (SELECT max(id) FROM revisions),
       (SELECT max(id) FROM message_events)

-- name: message_columns
SELECT m.seq, m.id, m.kind, m.status, m.channel, m.recipient, o.source, o.source_order_id,
       m.created_at, m.updated_at, o.number, m.subject, m.code, m.reason, m.attempt, j.run_at,
       m.sent_at, m.rfc_id, m.template, m.size, m.route,
       CASE WHEN m.reach = 'reached' THEN m.reached_by
            WHEN m.status = 'delivered' THEN m.channel END,
       m.order_id
FROM messages m JOIN orders o ON o.id = m.order_id LEFT JOIN jobs j ON j.message = m.seq

-- name: engagement
SELECT type, min(at) FROM feedback
WHERE message = :seq AND machine = 0
  AND type IN ('opened', 'clicked', 'complained', 'unsubscribed')
GROUP BY type

-- name: message_raw
SELECT raw FROM messages WHERE id = :id

-- name: message_seq
SELECT seq FROM messages WHERE id = :id

-- name: message_events
SELECT e.at, e.status, e.cause, e.text, e.code, e.enhanced, e.attempt, m.id
FROM message_events e JOIN messages m ON m.seq = e.message
WHERE e.message = :seq ORDER BY e.id

-- name: order_message_events
SELECT e.at, e.status, e.cause, e.text, e.code, e.enhanced, e.attempt, m.id
FROM message_events e JOIN messages m ON m.seq = e.message
WHERE m.order_id = :id ORDER BY e.id

-- name: order_revisions
SELECT r.at, r.outcome, e.topic, r.plan, r.code, r.reason, r.event_id, e.repeats, e.repeated_at
FROM revisions r JOIN events e ON e.id = r.event_id
WHERE r.order_id = :id ORDER BY r.id

-- name: events
SELECT e.id, e.source, e.topic, e.outcome, e.received_at, e.repeats, e.reason, o.source_order_id, e.again
FROM events e LEFT JOIN orders o ON o.id = e.order_id

-- name: event_body
SELECT body FROM events WHERE id = :id

-- name: count_events
SELECT outcome, count(*) FROM events GROUP BY outcome

-- name: count_messages
SELECT status, count(*) FROM messages GROUP BY status

-- name: count_orders
SELECT plan, count(*) FROM orders GROUP BY plan

-- Nearly every order has its confirmation, which an index alone says; of the few others any message
-- counts.
-- name: orders_without_word
SELECT o.source, o.source_order_id FROM orders o
WHERE o.plan IN ('owe', 'hold', 'fail')
  AND NOT EXISTS (SELECT 1 FROM messages m INDEXED BY messages_confirming
                  WHERE m.order_id = o.id AND m.kind = 'confirmation' AND m.channel = 'email'
                    AND m.status <> 'superseded')
  AND NOT EXISTS (SELECT 1 FROM messages m
                  WHERE m.order_id = o.id AND m.channel = 'email'
                    AND m.status <> 'superseded')
UNION ALL
SELECT o.source, o.source_order_id FROM orders o INDEXED BY orders_unreasoned
WHERE o.plan IN ('wait', 'absent') AND o.reason IS NULL
LIMIT 20

-- name: notices_with_two_lives
SELECT (SELECT min(n.digest) FROM messages m JOIN notices n ON n.id = m.notice_id
        WHERE m.order_id = twice.order_id AND m.kind = 'confirmation' AND m.channel = 'email')
FROM (SELECT order_id FROM messages INDEXED BY messages_confirming
      WHERE kind = 'confirmation' AND channel = 'email' AND resent = 0
        AND status NOT IN ('superseded', 'cancelled', 'failed', 'suppressed')
      GROUP BY order_id HAVING count(*) > 1
      LIMIT 20) AS twice

-- name: work_without_job
SELECT m.id FROM messages m
WHERE m.status IN ('queued', 'scheduled', 'sending', 'deferred')
  AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.message = m.seq)
LIMIT 20

-- name: job_without_work
SELECT m.id FROM jobs j CROSS JOIN messages m ON m.seq = j.message
WHERE m.status NOT IN ('queued', 'scheduled', 'sending', 'deferred', 'in_doubt')
LIMIT 20

-- name: doubts
SELECT id, doubts FROM messages WHERE doubts > 0
