-- name: lease
WITH due AS MATERIALIZED (
    SELECT j.message FROM jobs j JOIN messages m ON m.seq = j.message
    WHERE j.owner IS NULL AND j.run_at <= :now AND j.crashes = 0
    ORDER BY j.run_at LIMIT :limit
    FOR NO KEY UPDATE OF j, m SKIP LOCKED)
UPDATE jobs SET owner = :owner, attempt = attempt + 1, published_until = NULL
FROM due WHERE jobs.message = due.message
RETURNING jobs.message, attempt, doubt

-- name: lease_suspect
WITH due AS MATERIALIZED (
    SELECT j.message FROM jobs j JOIN messages m ON m.seq = j.message
    WHERE j.owner IS NULL AND j.run_at <= :now AND j.crashes > 0
    ORDER BY j.run_at LIMIT 1
    FOR NO KEY UPDATE OF j, m SKIP LOCKED)
UPDATE jobs SET owner = :owner, attempt = attempt + 1, published_until = NULL
FROM due WHERE jobs.message = due.message
RETURNING jobs.message, attempt, doubt
