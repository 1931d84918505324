-- name: orders_of_address
SELECT id, source FROM orders WHERE lower(email) = lower(:text) AND email IS NOT NULL
