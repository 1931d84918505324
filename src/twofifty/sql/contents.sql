-- name: seen
UPDATE messages
SET revision_id = (SELECT o.revision_id FROM orders o WHERE o.id = messages.order_id)
WHERE seq IN (SELECT CAST(wanted.value AS INTEGER) FROM json_each(:ids) wanted)
  AND raw IS NULL AND status IN ('queued', 'scheduled', 'deferred')

-- name: waiting
SELECT j.message, j.attempt, j.doubt FROM json_each(:ids) wanted
CROSS JOIN jobs j ON j.message = CAST(wanted.value AS INTEGER)
WHERE j.owner IS NULL

-- name: freeze
UPDATE messages
SET raw = :raw, subject = :subject, rfc_id = :rfc_id, template = :template, size = :size,
    inputs = :inputs, degraded = :degraded
WHERE seq = :message AND raw IS NULL AND status IN ('queued', 'scheduled', 'deferred')
  AND revision_id = (SELECT o.revision_id FROM orders o WHERE o.id = messages.order_id)
  AND EXISTS (SELECT 1 FROM jobs j WHERE j.message = :message AND j.owner IS NULL)
