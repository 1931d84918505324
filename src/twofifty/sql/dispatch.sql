-- name: lapse
UPDATE jobs SET published_until = NULL WHERE owner IS NULL AND published_until <= :now

-- name: publish
UPDATE jobs SET published_until = :until
WHERE owner IS NULL AND published_until IS NULL
  AND message IN (SELECT due.message FROM jobs due
                  WHERE due.owner IS NULL AND due.published_until IS NULL AND due.run_at <= :now
                    AND due.crashes = 0
                  ORDER BY due.run_at LIMIT :limit)
RETURNING message, (SELECT m.kind FROM messages m WHERE m.seq = jobs.message)

-- name: missed
UPDATE jobs SET published_until = :until
WHERE message IN (SELECT CAST(wanted.value AS INTEGER) FROM json_each(:ids) wanted)
  AND owner IS NULL AND published_until IS NOT NULL

-- name: lost
UPDATE jobs SET published_until = NULL
WHERE owner IS NULL AND published_until <= :until
  AND EXISTS (SELECT 1 FROM messages m
              WHERE m.seq = jobs.message
                AND CASE WHEN m.kind = 'confirmation' THEN 1 ELSE 0 END = :urgent)

-- name: next_due
SELECT (SELECT min(run_at) FROM jobs
        WHERE owner IS NULL AND published_until IS NULL AND crashes = 0),
       (SELECT min(published_until) FROM jobs
        WHERE owner IS NULL AND published_until IS NOT NULL)
WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'brake')

-- name: overlooked
SELECT 1
WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'brake')
  AND (EXISTS (SELECT 1 FROM jobs
               WHERE owner IS NULL AND published_until IS NULL AND run_at <= :since)
    OR EXISTS (SELECT 1 FROM jobs
               WHERE owner IS NULL AND published_until <= :soon AND run_at <= :since)
    OR EXISTS (SELECT 1 FROM jobs
               WHERE owner IS NULL AND crashes > 0 AND run_at <= :now))

-- name: claim
UPDATE jobs SET owner = :owner, attempt = attempt + 1, published_until = NULL
WHERE message IN (SELECT CAST(wanted.value AS INTEGER) FROM json_each(:ids) wanted)
  AND owner IS NULL AND run_at <= :now AND crashes = 0
RETURNING message, attempt, doubt

-- name: unclaimed
UPDATE jobs SET published_until = NULL
WHERE message IN (SELECT CAST(wanted.value AS INTEGER) FROM json_each(:ids) wanted)
  AND owner IS NULL AND published_until IS NOT NULL
