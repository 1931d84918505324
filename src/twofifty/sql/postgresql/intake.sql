-- name: insert_order
INSERT INTO orders (source, source_order_id, number, email, customer, currency, total, payment,
                    placed_at, received_at, updated_at, revision, facts, plan, code, reason,
                    difference, locale, time_zone, said_at, amended)
VALUES (:source, :source_order_id, :number, :email, :customer, :currency, :total, :payment,
        :placed_at, :received_at, :updated_at, :revision, :facts, :plan, :code, :reason,
        :difference, :locale, :time_zone, :said_at, :amended)
RETURNING id, EXISTS (SELECT 1 FROM amendments a
                      WHERE a.source = orders.source AND a.source_order_id = orders.source_order_id)
