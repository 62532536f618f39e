-- One paid order in one transaction of 9 statements: BEGIN, 2 conditional stock updates by primary key, 1 order,
-- 2 lines, 1 payment, 2 ledger entries, 1 outbox row, COMMIT. The two products differ and are taken in id order, so
-- that orders that run at once can't deadlock.
\set a random(1, 1000)
\set b random(1, 999)
\if :b >= :a
\set b :b + 1
\endif
\set lo least(:a, :b)
\set hi greatest(:a, :b)
BEGIN;
UPDATE floor.product SET stock = stock - 1 WHERE id = :lo AND stock >= 1 RETURNING price_cents AS p1 \gset
UPDATE floor.product SET stock = stock - 2 WHERE id = :hi AND stock >= 2 RETURNING price_cents AS p2 \gset
\set total :p1 + 2 * :p2
INSERT INTO floor.orders (email, status, total_cents) VALUES ('shopper@example.com', 'paid', :total) RETURNING id AS oid \gset
INSERT INTO floor.order_line (order_id, product_id, qty, unit_cents) VALUES (:oid, :lo, 1, :p1), (:oid, :hi, 2, :p2);
INSERT INTO floor.payment (order_id, amount_cents) VALUES (:oid, :total);
INSERT INTO floor.ledger_entry (order_id, account, amount_cents) VALUES (:oid, 'cash', :total), (:oid, 'sales', -(:total::int));
INSERT INTO floor.outbox (topic, payload) VALUES ('order.paid', jsonb_build_object('order_id', :oid::bigint, 'total_cents', :total::int));
COMMIT;
