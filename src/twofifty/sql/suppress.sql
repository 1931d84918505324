-- name: blocking
SELECT scope, cause, until FROM suppressions
WHERE address = :address AND channel = :channel AND lifted_at IS NULL

-- name: standing
SELECT id, scope, cause, at, until, text, actor FROM suppressions
WHERE address = :address AND channel = :channel AND cause = :cause AND lifted_at IS NULL

-- name: suppress
INSERT INTO suppressions (channel, address, scope, cause, at, until, text, actor, message)
VALUES (:channel, :address, :scope, :cause, :at, :until, :text, :actor, :message)

-- name: widen
UPDATE suppressions
SET scope = :scope, at = :at, until = :until, text = :text, actor = :actor
WHERE id = :id

-- name: run_out
UPDATE suppressions SET lifted_at = until, ended = 'time' WHERE id = :id

-- name: heal
UPDATE suppressions SET lifted_at = :now, ended = :by
WHERE address = :address AND channel = :channel AND cause = :cause AND lifted_at IS NULL
  AND at <= :at

-- name: lift
UPDATE suppressions SET lifted_at = :now, lifted_by = :actor
WHERE address = :address AND lifted_at IS NULL AND (until IS NULL OR until > :now)
  AND (CAST(:scope AS TEXT) IS NULL OR scope = :scope)

-- name: last_lifted
SELECT max(lifted_at) FROM suppressions INDEXED BY suppressions_lifted
WHERE address = :address AND channel = :channel AND cause = :cause AND lifted_at IS NOT NULL
  AND ended IS NULL

-- name: last_delivered
SELECT max(at) FROM feedback
WHERE address = :address AND channel = :channel AND type = 'delivered' AND message IS NOT NULL

-- name: last_subscribed
SELECT max(at) FROM feedback
WHERE address = :address AND channel = :channel AND type = 'subscribed'
  AND (message IS NOT NULL OR origin <> 'inbound')

-- name: soft
SELECT message, at FROM feedback
WHERE address = :address AND channel = :channel AND type = 'bounced' AND at > :since
  AND message IS NOT NULL
  AND (bounce = 'soft' OR (bounce IS NULL AND coalesce(reject_reason, '') <> 'invalid'))

-- name: listing
SELECT id, address, scope, cause, at, channel, until, text, actor
FROM suppressions INDEXED BY suppressions_standing
WHERE lifted_at IS NULL AND (until IS NULL OR until > :now) AND id < :before
ORDER BY id DESC LIMIT :limit

-- name: listing_of
SELECT id, address, scope, cause, at, channel, until, text, actor
FROM suppressions INDEXED BY suppressions_address
WHERE address = :address AND lifted_at IS NULL AND (until IS NULL OR until > :now)
