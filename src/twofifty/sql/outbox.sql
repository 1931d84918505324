-- name: beat
INSERT INTO workers (owner, expires_at) VALUES (:owner, :expires_at)
ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at

-- name: retire
DELETE FROM workers WHERE owner = :owner

-- name: stopped
SELECT 1 FROM meta WHERE key = 'brake'

-- name: lease
UPDATE jobs SET owner = :owner, attempt = attempt + 1, published_until = NULL
WHERE message IN (SELECT message FROM jobs WHERE owner IS NULL AND run_at <= :now AND crashes = 0
                  ORDER BY run_at LIMIT :limit)
RETURNING message, attempt, doubt

-- name: lease_suspect
UPDATE jobs SET owner = :owner, attempt = attempt + 1, published_until = NULL
WHERE message IN (SELECT message FROM jobs WHERE owner IS NULL AND run_at <= :now AND crashes > 0
                  ORDER BY run_at LIMIT 1)
RETURNING message, attempt, doubt

-- name: suspects_held
SELECT count(*) FROM jobs WHERE owner = :owner AND crashes > 0

-- name: leased
SELECT m.seq, m.id, m.kind, m.recipient, j.since, m.doubts, m.raw, m.rfc_id, o.source,
       o.source_order_id, coalesce(r.amended, r.body), m.order_id, m.notice_id, n.facts,
       (SELECT root.seq FROM messages root
        WHERE root.order_id = m.order_id AND root.channel = 'email' AND root.seq < m.seq
          AND root.dot_at IS NOT NULL AND root.status <> 'failed'
        ORDER BY root.seq LIMIT 1),
       m.channel, m.by_hand, m.route,
       EXISTS (SELECT 1 FROM suppressions s
               WHERE s.address = m.recipient AND s.channel = m.channel AND s.lifted_at IS NULL),
       m.dot_at
FROM json_each(:ids) wanted
CROSS JOIN messages m ON m.seq = CAST(wanted.value AS INTEGER)
JOIN notices n ON n.id = m.notice_id
JOIN jobs j ON j.message = m.seq
JOIN orders o ON o.id = m.order_id
JOIN revisions r ON r.id = o.revision_id

-- name: recent
SELECT m.seq,
       (SELECT count(*) FROM messages d INDEXED BY messages_dotted
        WHERE d.recipient = m.recipient AND d.channel = m.channel AND d.dot_at > :since)
     + (SELECT count(*) FROM messages l INDEXED BY messages_leaving
        WHERE l.recipient = m.recipient AND l.channel = m.channel
          AND l.status = 'sending' AND l.dot_at IS NULL AND l.seq <> m.seq)
FROM json_each(:ids) wanted
CROSS JOIN messages m ON m.seq = CAST(wanted.value AS INTEGER)

-- name: root
SELECT id, subject FROM messages WHERE seq = :seq

-- name: start_attempts
UPDATE messages
SET status = 'sending', code = NULL, reason = NULL,
    attempt = (SELECT j.attempt FROM jobs j WHERE j.message = messages.seq),
    dot_at = NULL, dot_owner = NULL, updated_at = :at,
    revision_id = CASE WHEN raw IS NULL
        THEN (SELECT o.revision_id FROM orders o WHERE o.id = messages.order_id)
        ELSE revision_id END
WHERE seq IN (SELECT CAST(wanted.value AS INTEGER) FROM json_each(:ids) wanted)

-- name: dots_of
SELECT m.seq, m.dots FROM json_each(:ids) wanted
CROSS JOIN messages m ON m.seq = CAST(wanted.value AS INTEGER)

-- name: dot
UPDATE messages
SET status = 'sending', dot_at = :at, dot_owner = :owner, attempt = :attempt, updated_at = :at,
    subject = coalesce(subject, :subject), rfc_id = coalesce(rfc_id, :rfc_id),
    template = coalesce(template, :template), size = coalesce(size, :size),
    raw = coalesce(raw, :raw), inputs = coalesce(inputs, :inputs),
    degraded = coalesce(degraded, :degraded), dots = dots + 1, route = :route
WHERE seq = :message AND status IN ('sending', 'in_doubt')
  AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'brake')
  AND EXISTS (SELECT 1 FROM jobs WHERE message = :message AND owner = :owner AND attempt = :attempt)
  AND (raw IS NOT NULL
       OR revision_id IS (SELECT o.revision_id FROM orders o WHERE o.id = order_id))

-- A first dot leaves the status as the lease made it: to write it again would cost as much as all
-- the rest, for it stands in many indexes.
-- name: dot_first
UPDATE messages
SET dot_at = :at, dot_owner = :owner, attempt = :attempt, updated_at = :at,
    subject = coalesce(subject, :subject), rfc_id = coalesce(rfc_id, :rfc_id),
    template = coalesce(template, :template), size = coalesce(size, :size),
    raw = coalesce(raw, :raw), inputs = coalesce(inputs, :inputs),
    degraded = coalesce(degraded, :degraded), dots = dots + 1, route = :route
WHERE seq = :message AND status = 'sending'
  AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'brake')
  AND EXISTS (SELECT 1 FROM jobs WHERE message = :message AND owner = :owner AND attempt = :attempt)
  AND (raw IS NOT NULL
       OR revision_id IS (SELECT o.revision_id FROM orders o WHERE o.id = order_id))

-- name: take_outdated
UPDATE jobs SET owner = NULL, run_at = :at
WHERE message = :message AND owner = :owner AND attempt = :attempt
  AND EXISTS (SELECT 1 FROM messages m JOIN orders o ON o.id = m.order_id
              WHERE m.seq = :message AND m.status = 'sending' AND m.raw IS NULL
                AND m.revision_id IS NOT o.revision_id)

-- name: take_stopped
UPDATE jobs SET owner = NULL, attempt = attempt - 1
WHERE message = :message AND owner = :owner AND attempt = :attempt
  AND EXISTS (SELECT 1 FROM meta WHERE key = 'brake')
  AND NOT EXISTS (SELECT 1 FROM messages m
                  WHERE m.seq = :message AND m.dot_at IS NOT NULL AND m.dot_owner = :owner
                    AND m.attempt = :attempt)

-- name: owned
SELECT m.seq, m.status, m.dot_owner, m.attempt, j.owner, j.attempt,
       EXISTS (SELECT 1 FROM feedback f WHERE f.message = m.seq AND f.applied = 0)
FROM json_each(:ids) wanted
CROSS JOIN messages m ON m.seq = CAST(wanted.value AS INTEGER)
LEFT JOIN jobs j ON j.message = m.seq

-- name: overtaking
SELECT 1 FROM messages m JOIN messages later ON later.order_id = m.order_id AND later.seq > m.seq
WHERE m.seq = :seq AND later.kind = 'cancellation' AND later.channel = 'email'
  AND later.status NOT IN ('superseded', 'cancelled', 'failed', 'suppressed')
LIMIT 1

-- name: settle_message
UPDATE messages
SET status = :status, code = :code, reason = :reason, updated_at = :at,
    sent_at = coalesce(sent_at, :sent_at), doubts = doubts + :doubt,
    dot_at = CASE WHEN :status IN ('deferred', 'queued') THEN NULL ELSE dot_at END,
    subject = coalesce(subject, :subject), rfc_id = coalesce(rfc_id, :rfc_id),
    template = coalesce(template, :template), size = coalesce(size, :size),
    raw = coalesce(raw, :raw), inputs = coalesce(inputs, :inputs),
    degraded = coalesce(degraded, :degraded), route = coalesce(:route, route),
    taken_as = coalesce(:taken_as, taken_as)
WHERE seq = :message

-- name: settle_sent
UPDATE messages
SET status = 'sent', code = NULL, reason = NULL, updated_at = :at, sent_at = coalesce(sent_at, :at),
    route = coalesce(:route, route), taken_as = coalesce(:taken_as, taken_as)
WHERE seq = :message

-- name: drop_jobs
DELETE FROM jobs
WHERE message IN (SELECT CAST(wanted.value AS INTEGER) FROM json_each(:ids) wanted)

-- name: doubt_message
UPDATE messages
SET status = 'in_doubt', code = 'no_reply', reason = :reason, doubts = doubts + 1, updated_at = :at
WHERE seq = :message

-- name: postpone_job
UPDATE jobs SET run_at = :run_at, owner = NULL, doubt = :doubt, crashes = 0,
    attempt = attempt - :uncounted
WHERE message = :message

-- name: owners
SELECT DISTINCT owner FROM jobs WHERE owner IS NOT NULL

-- name: held_by
SELECT message, attempt, doubt FROM jobs WHERE owner = :owner AND message <> :guilty

-- name: expired
SELECT j.message, j.owner, j.attempt, j.crashes, j.doubt, m.dot_at, m.dot_owner, m.attempt
FROM jobs j JOIN messages m ON m.seq = j.message
WHERE j.owner IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.owner = j.owner AND w.expires_at > :now)

-- name: reclaim_job
UPDATE jobs SET owner = NULL, run_at = :run_at, doubt = :doubt, crashes = :crashes
WHERE message = :message

-- name: forget_workers
DELETE FROM workers WHERE expires_at <= :before

-- name: hand_back
UPDATE jobs SET owner = NULL, attempt = attempt - 1
WHERE message = :message AND owner = :owner
  AND NOT EXISTS (SELECT 1 FROM messages m
                  WHERE m.seq = :message AND m.dot_at IS NOT NULL AND m.dot_owner = :owner)

-- name: next_due
SELECT min(run_at) FROM jobs
WHERE owner IS NULL AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'brake')
