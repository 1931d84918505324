-- name: point
INSERT INTO errands (source, source_order_id, type, since, run_at)
VALUES (:source, :source_order_id, :type, :at, :at)
ON CONFLICT (source, source_order_id) DO UPDATE
SET type = excluded.type,
    run_at = CASE WHEN errands.taken = 1 THEN errands.run_at
                  ELSE min(errands.run_at, excluded.run_at) END
RETURNING id

-- name: insert_pointer
INSERT INTO pointers (errand, event_id, at) VALUES (:errand, :event_id, :at)
ON CONFLICT (errand, event_id) DO UPDATE SET taken = 0, at = excluded.at

-- name: anything_due
SELECT 1 FROM errands WHERE run_at <= :now AND (:source = '' OR source = :source) LIMIT 1

-- name: sources
WITH RECURSIVE found (source) AS (
    SELECT min(source) FROM errands
    UNION ALL
    SELECT (SELECT min(e.source) FROM errands e WHERE e.source > found.source)
    FROM found WHERE found.source IS NOT NULL)
SELECT source FROM found WHERE source IS NOT NULL

-- name: take
UPDATE errands SET run_at = :until, taken = 1, attempt = attempt + 1
WHERE id IN (SELECT id FROM errands
             WHERE run_at <= :now AND (:source = '' OR source = :source)
             ORDER BY run_at LIMIT :most)
RETURNING id, source, source_order_id, type, since, attempt

-- name: take_pointers
UPDATE pointers SET taken = 1 WHERE errand = :id

-- name: held
SELECT 1 FROM errands WHERE id = :id AND attempt = :attempt AND taken = 1

-- name: put_off
UPDATE errands SET run_at = :run_at, taken = 0, reason = :reason
WHERE id = :id AND attempt = :attempt AND taken = 1

-- name: explain
UPDATE events SET reason = :reason
WHERE outcome = 'waiting' AND id IN (SELECT event_id FROM pointers WHERE errand = :id)

-- name: answered
DELETE FROM pointers WHERE errand = :id AND taken = 1 RETURNING event_id

-- name: left
SELECT min(at) FROM pointers WHERE errand = :id

-- name: renew
UPDATE errands SET since = :at, run_at = :at, taken = 0, attempt = 0, reason = NULL WHERE id = :id

-- name: drop
DELETE FROM errands WHERE id = :id

-- name: give_up
UPDATE events SET outcome = 'rejected', reason = :reason, order_id = coalesce(order_id, :order_id)
WHERE id = :id AND outcome = 'waiting'
