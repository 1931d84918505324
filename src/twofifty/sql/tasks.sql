-- name: renew
UPDATE tasks SET at = max(at, :at)
WHERE address = :address AND order_id = :order_id AND done_at IS NULL

-- name: begin
INSERT INTO tasks (kind, at, order_id, message, address, suggestion)
VALUES ('address', :at, :order_id, :message, :address, :suggestion)

-- name: finish
UPDATE tasks SET done_at = :now, how = :how, actor = :actor WHERE id = :id AND done_at IS NULL

-- name: finish_of_address
UPDATE tasks SET done_at = :now, how = :how, actor = :actor
WHERE address = :address AND at <= :at AND done_at IS NULL

-- name: finish_of_order
UPDATE tasks SET done_at = :now, how = :how, actor = :actor
WHERE address = :address AND order_id = :order_id AND done_at IS NULL

-- name: listing
SELECT t.id, t.kind, t.at, o.source, o.source_order_id, m.id, t.address, o.number, t.suggestion
FROM tasks t INDEXED BY tasks_open
CROSS JOIN orders o ON o.id = t.order_id
CROSS JOIN messages m ON m.seq = t.message
WHERE t.done_at IS NULL AND t.id < :before
ORDER BY t.id DESC LIMIT :limit
