-- name: state
SELECT key, value FROM meta WHERE key IN ('brake', 'instance')

-- name: set
INSERT INTO meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value

-- name: release
DELETE FROM meta WHERE key = 'brake'

-- name: log
INSERT INTO brake_log (at, action, actor, reason) VALUES (:at, :action, :actor, :reason)
