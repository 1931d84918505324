-- name: insert_event
INSERT INTO events (source, key, digest, topic, received_at, outcome, reason, body)
VALUES (:source, :key, :digest, :topic, :received_at, :outcome, :reason, :body)
ON CONFLICT (source, key) DO NOTHING
RETURNING id

-- name: event_by_key
SELECT id, outcome, order_id, again, digest FROM events WHERE source = :source AND key = :key

-- name: events_among
SELECT e.key FROM json_each(:wanted) wanted
CROSS JOIN events e ON e.source = :source AND e.key = wanted.value

-- name: orders_among
SELECT o.source_order_id FROM json_each(:wanted) wanted
CROSS JOIN orders o ON o.source = :source AND o.source_order_id = wanted.value

-- name: amended_among
SELECT a.source_order_id FROM json_each(:wanted) wanted
CROSS JOIN amendments a ON a.source = :source AND a.source_order_id = wanted.value

-- name: references_among
SELECT a.reference FROM json_each(:wanted) wanted
CROSS JOIN amendments a ON a.source = :source AND a.reference = wanted.value

-- name: event_by_id
SELECT id, outcome, order_id, again FROM events WHERE id = :id

-- name: repeat_event
UPDATE events SET repeats = repeats + 1, repeated_at = :at WHERE id = :id

-- name: finish_event
UPDATE events SET outcome = :outcome, reason = :reason, order_id = :order_id WHERE id = :id

-- name: link_event
UPDATE events SET order_id = :order_id WHERE id = :id

-- name: read_again
UPDATE events SET again = :again WHERE id = :id

-- name: read_before
INSERT INTO revisions (order_id, event_id, at, outcome, reason)
SELECT :order_id, id, received_at, outcome, reason FROM events WHERE id = :id

-- name: order_state
SELECT id, revision, facts, payment, currency, locale, time_zone, said_at, amended
FROM orders WHERE source = :source AND source_order_id = :source_order_id

-- name: state_by_id
SELECT id, revision, facts, payment, currency, locale, time_zone, said_at, amended
FROM orders WHERE id = :id

-- name: keep_position
INSERT INTO positions (source, position) VALUES (:source, :position)
ON CONFLICT (source) DO UPDATE SET position = excluded.position

-- name: order_by_id
SELECT source_order_id FROM orders WHERE id = :id

-- name: insert_order
INSERT INTO orders (source, source_order_id, number, email, customer, currency, total, payment,
                    placed_at, received_at, updated_at, revision, facts, plan, code, reason,
                    difference, locale, time_zone, said_at, amended)
VALUES (:source, :source_order_id, :number, :email, :customer, :currency, :total, :payment,
        :placed_at, :received_at, :updated_at, :revision, :facts, :plan, :code, :reason,
        :difference, :locale, :time_zone, :said_at, :amended)
RETURNING id, EXISTS (SELECT 1 FROM amendments
                      WHERE source = :source AND source_order_id = :source_order_id)

-- name: update_order
UPDATE orders
SET number = :number, email = :email, customer = :customer, currency = :currency, total = :total,
    payment = :payment, placed_at = :placed_at, updated_at = :updated_at,
    revision = coalesce(:revision, revision), facts = :facts, plan = :plan, code = :code,
    reason = :reason, difference = :difference, locale = :locale, time_zone = :time_zone,
    said_at = :said_at, amended = :amended, revision_id = :revision_id
WHERE id = :id

-- name: insert_revision
INSERT INTO revisions (order_id, event_id, at, revision, outcome, plan, code, reason, body, amended)
VALUES (:order_id, :event_id, :at, :revision, :outcome, :plan, :code, :reason, :body, :amended)
RETURNING id

-- name: point_order
UPDATE orders SET revision_id = :revision_id WHERE id = :id

-- name: note_revision
UPDATE orders SET revision = :revision, said_at = :said_at WHERE id = :id

-- name: live_messages
SELECT id FROM messages
WHERE order_id = :order_id AND status NOT IN ('superseded', 'cancelled') ORDER BY seq

-- name: told
SELECT id, status, recipient, dot_at IS NOT NULL, raw IS NOT NULL, by_hand, resent, code
FROM messages
WHERE order_id = :order_id AND kind = 'confirmation' AND channel = 'email' ORDER BY seq
