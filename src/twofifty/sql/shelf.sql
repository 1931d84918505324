-- name: keep_pack
INSERT INTO packs (version, created_at, note, own, whole)
VALUES (:version, :created_at, :note, :own, :whole)
ON CONFLICT (version) DO NOTHING

-- name: packs
SELECT version, created_at, note FROM packs ORDER BY created_at DESC, version

-- name: pack
SELECT version, created_at, note, own, whole FROM packs WHERE version = :version

-- name: publish
INSERT INTO publications (at, scope, action, version, share, actor, note)
VALUES (:at, :scope, :action, :version, :share, :actor, :note)
RETURNING id

-- name: publications
SELECT id, at, scope, action, version, share, actor, note FROM publications ORDER BY id

-- name: latest
SELECT max(id) FROM publications

-- A mail is one of the version that should have made it: the first that `degraded` names.
-- name: counts
SELECT count(*),
       coalesce(sum(CASE WHEN m.degraded IS NOT NULL THEN 1 ELSE 0 END), 0),
       coalesce(sum(CASE WHEN m.status = 'failed' THEN 1 ELSE 0 END), 0),
       coalesce(sum(CASE WHEN m.status = 'bounced' THEN 1 ELSE 0 END), 0),
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM message_events e
                                      WHERE e.message = m.seq AND e.cause = 'complained')
                    THEN 1 ELSE 0 END), 0)
FROM messages m
WHERE m.seq > (SELECT coalesce(max(seq), 0) - 20000 FROM messages)
  AND m.updated_at >= :since
  AND ((m.degraded IS NULL AND m.template >= :first AND m.template < :after)
       OR (m.degraded >= :failed AND m.degraded < :failed_after))
