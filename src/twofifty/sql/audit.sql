-- name: orders
SELECT plan, count(*) FROM orders GROUP BY plan

-- name: events
SELECT outcome, count(*) FROM events GROUP BY outcome

-- name: waiting_oldest
SELECT min(received_at) FROM events INDEXED BY events_waiting WHERE outcome = 'waiting'

-- name: confirmed
SELECT count(*) FROM
    (SELECT 1 FROM messages INDEXED BY messages_confirming
     WHERE kind = 'confirmation' AND channel = 'email'
       AND status IN ('sent', 'delivered', 'bounced')
     GROUP BY order_id) AS once

-- name: doubled
SELECT order_id FROM messages INDEXED BY messages_confirming
WHERE kind = 'confirmation' AND channel = 'email' AND resent = 0
  AND status NOT IN ('superseded', 'cancelled', 'failed', 'suppressed')
GROUP BY order_id HAVING count(*) > 1

-- name: unconfirmed
SELECT o.id FROM orders o
WHERE o.plan IN ('owe', 'hold', 'fail')
  AND NOT EXISTS (SELECT 1 FROM messages m INDEXED BY messages_confirming
                  WHERE m.order_id = o.id AND m.kind = 'confirmation' AND m.channel = 'email'
                    AND m.status <> 'superseded')

-- name: unreasoned
SELECT id FROM orders INDEXED BY orders_unreasoned
WHERE plan IN ('wait', 'absent') AND reason IS NULL

-- name: named
SELECT source, source_order_id FROM orders WHERE id = :id

-- name: work_without_job
SELECT count(*) FROM messages m
WHERE m.status IN ('queued', 'scheduled', 'sending', 'deferred')
  AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.message = m.seq)

-- name: job_without_work
SELECT count(*) FROM jobs j CROSS JOIN messages m ON m.seq = j.message
WHERE m.status NOT IN ('queued', 'scheduled', 'sending', 'deferred', 'in_doubt')
