-- name: keep_body
INSERT INTO feedback_bodies (origin, received_at, moves, body)
VALUES (:origin, :received_at, (SELECT coalesce(max(id), 0) FROM message_events), :body)
RETURNING id

-- name: keep
INSERT INTO feedback (body, origin, key, received_at, at, said_at, type, bounce, reject_reason,
                      message, channel, address, recipient, provider_id, own_id, event_id, code,
                      enhanced, text, url, machine, applied)
VALUES (:body, :origin, :key, :received_at, :at, :said_at, :type, :bounce, :reject_reason,
        :message, :channel, :address, :recipient, :provider_id, :own_id, :event_id, :code,
        :enhanced, :text, :url, :machine, :applied)

-- name: is_known
SELECT 1 FROM feedback WHERE origin = :origin AND key = :key

-- name: seq_of_id
SELECT seq FROM messages WHERE id = :id

-- name: seq_of_rfc_id
SELECT seq FROM messages INDEXED BY messages_foreign
WHERE rfc_id = :rfc_id AND substr(rfc_id, 1, 2) <> 'm_'
ORDER BY seq DESC LIMIT 1

-- name: seq_of_reply
SELECT seq, taken_as FROM messages INDEXED BY messages_dotted
WHERE recipient = :recipient AND dot_at > :since AND channel = 'email'
  AND instr(taken_as, :provider_id) > 0
ORDER BY dot_at DESC

-- name: message
SELECT seq, id, status, kind, channel, recipient, order_id, created_at, dots, code, reason, reach
FROM messages WHERE seq = :seq

-- name: looked
SELECT 1 FROM feedback
WHERE message = :seq AND type = :type AND machine = 0 AND applied = 1 LIMIT 1

-- name: of_message
SELECT id, type, recipient, provider_id, said_at, reject_reason, bounce, own_id, event_id, code,
       enhanced, text, machine, url, at, applied
FROM feedback WHERE message = :seq

-- name: applied
UPDATE feedback SET applied = 1 WHERE message = :seq AND applied = 0

-- name: waiting
SELECT DISTINCT message FROM feedback INDEXED BY feedback_waiting WHERE applied = 0 AND message > 0
LIMIT 1000

-- name: hear
UPDATE messages
SET status = :status, code = :code, reason = :reason, updated_at = :now,
    sent_at = coalesce(sent_at, dot_at, :now)
WHERE seq = :seq

-- name: last_heard
SELECT received_at, moves FROM feedback_bodies
WHERE id = (SELECT max(id) FROM feedback_bodies)

-- name: sent_since
SELECT count(*), min(at) FROM
    (SELECT e.at FROM message_events e CROSS JOIN messages m ON m.seq = e.message
     WHERE e.id > :moves AND e.status = 'sent' AND e.cause IN ('accepted', 'found')
       AND m.channel = 'email' AND NOT m.recipient LIKE '%canary.invalid'
     LIMIT 10000) AS latest
