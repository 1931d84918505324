-- name: insert_amendment
INSERT INTO amendments (event_id, source, source_order_id, reference, waits, body)
VALUES (:event_id, :source, :source_order_id, :reference, :waits, :body)

-- name: order_of_id
SELECT id FROM orders WHERE source = :source AND source_order_id = :source_order_id

-- name: orders_of_reference
SELECT order_id FROM order_references WHERE source = :source AND reference = :reference

-- name: by_id
SELECT a.id, a.event_id, a.waits, a.body FROM orders o
JOIN amendments a ON a.source = o.source AND a.source_order_id = o.source_order_id
WHERE o.id = :id

-- name: by_reference
SELECT a.id, a.event_id, a.waits, a.body FROM order_references r
JOIN amendments a ON a.source = r.source AND a.reference = r.reference
WHERE r.order_id = :id

-- name: refer
INSERT INTO order_references (source, reference, order_id) VALUES (:source, :reference, :order_id)
ON CONFLICT DO NOTHING

-- name: found
UPDATE amendments SET waits = 0 WHERE id = :id

-- name: mark_amended
UPDATE orders SET amended = 1 WHERE id = :id

-- name: said_body
SELECT body FROM revisions WHERE order_id = :id AND body IS NOT NULL ORDER BY id DESC LIMIT 1

-- name: standing_body
SELECT coalesce(r.amended, r.body) FROM orders o JOIN revisions r ON r.id = o.revision_id
WHERE o.id = :id

-- name: still_waits
SELECT 1 FROM amendments WHERE event_id = :id AND waits = 1
UNION ALL
SELECT 1 FROM pointers WHERE event_id = :id
LIMIT 1

-- name: end_wait
UPDATE events SET outcome = 'applied', reason = NULL, order_id = coalesce(order_id, :order_id)
WHERE id = :id AND outcome = 'waiting'

-- name: note_arrival
INSERT INTO revisions (order_id, event_id, at, outcome, reason)
VALUES (:order_id, :event_id, :at, :outcome, :reason)
