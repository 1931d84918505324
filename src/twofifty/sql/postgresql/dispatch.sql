-- name: claim
WITH due AS MATERIALIZED (
    SELECT j.message FROM jobs j JOIN messages m ON m.seq = j.message
    WHERE j.message IN (SELECT CAST(wanted.value AS INTEGER) FROM json_each(:ids) wanted)
      AND j.owner IS NULL AND j.run_at <= :now AND j.crashes = 0
    FOR NO KEY UPDATE OF j, m SKIP LOCKED)
UPDATE jobs SET owner = :owner, attempt = attempt + 1, published_until = NULL
FROM due WHERE jobs.message = due.message
RETURNING jobs.message, attempt, doubt
