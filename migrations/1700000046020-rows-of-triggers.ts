import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = `
      CREATE OR REPLACE FUNCTION log_events() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        number bigint;
        upto bigint;
      BEGIN
        SELECT count(*) INTO number FROM gone;
        IF number = 0 THEN RETURN NULL; END IF;
        UPDATE event_sequence SET last = last + number RETURNING last INTO STRICT upto;
        INSERT INTO event_log (position, event_id, type, aggregate_id)
        SELECT upto - number + row_number() OVER (ORDER BY place, version, id), id, type, aggregate_id FROM (
          SELECT e.id, e.type, e.aggregate_id, e.aggregate_version AS version,
            max(e.id::text) OVER (PARTITION BY e.aggregate_id ORDER BY e.aggregate_version, e.id) AS place
          FROM gone JOIN events e ON e.id = gone.event_id) placed;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION assert_refunded_parts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT f.refund_id INTO broken FROM after f JOIN refunds r ON r.id = f.refund_id JOIN payments p ON p.id = r.payment_id
        WHERE NOT EXISTS (
          SELECT FROM order_parts o WHERE o.order_id = p.order_id AND o.id = f.line_id AND o.is_charge = f.of_charge) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'refund % is of something that its order does not have', broken
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'refund_lines_are_of_their_order';
        END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION assert_tax_operations() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        -- One at a time for each document, so that each sees those before it.
        PERFORM FROM tax_documents WHERE order_id IN (SELECT order_id FROM after) ORDER BY order_id FOR UPDATE;
        SELECT s.order_id INTO broken
        FROM (
          SELECT o.order_id, count(*) FILTER (WHERE kind = 'void') AS voids, count(*) FILTER (WHERE kind = 'refund') AS refunds,
            sum(gross) FILTER (WHERE kind = 'commit') AS gross, sum(tax) FILTER (WHERE kind = 'commit') AS tax,
            coalesce(sum(gross) FILTER (WHERE kind = 'refund'), 0) AS refunded_gross,
            coalesce(sum(tax) FILTER (WHERE kind = 'refund'), 0) AS refunded_tax
          FROM tax_operations o WHERE o.order_id IN (SELECT order_id FROM after) GROUP BY 1) s
        WHERE s.gross IS NULL OR s.refunded_gross > s.gross OR s.refunded_tax > s.tax OR (s.voids > 0 AND s.refunds > 0) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax document of order % takes back what was not committed', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_operations_within_commit';
        END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION take_promotions() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        UPDATE promotions p SET used = p.used + a.uses, spent = p.spent + a.amount
        FROM (SELECT promotion_id, count(*)::int AS uses, sum(amount)::bigint AS amount FROM after GROUP BY promotion_id) a
        WHERE p.id = a.promotion_id AND p.counted;
        SELECT p.id INTO broken
        FROM (SELECT DISTINCT promotion_id, customer_id FROM after) a
        JOIN promotions p ON p.id = a.promotion_id AND num_nonnulls(p.customer_limit, p.customer_budget) > 0
        JOIN LATERAL (
          SELECT count(*) AS uses, sum(d.amount) AS amount FROM order_discounts d JOIN orders o ON o.id = d.order_id
          WHERE d.promotion_id = a.promotion_id AND d.customer_id = a.customer_id AND o.status NOT IN ('cancelled', 'expired')
        ) u ON u.uses > p.customer_limit OR u.amount > p.customer_budget LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'a customer took more of promotion % than one may', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promotions_within_customer_limit';
        END IF;
        RETURN NULL;
      END $$;`;

const AFTER = `
      CREATE OR REPLACE FUNCTION log_events() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        number bigint;
        ids uuid[];
        upto bigint;
      BEGIN
        SELECT count(*), array_agg(event_id) INTO number, ids FROM gone;
        IF number = 0 THEN RETURN NULL; END IF;
        UPDATE event_sequence SET last = last + number RETURNING last INTO STRICT upto;
        INSERT INTO event_log (position, event_id, type, aggregate_id)
        SELECT upto - number + row_number() OVER (ORDER BY place, version, id), id, type, aggregate_id FROM (
          SELECT e.id, e.type, e.aggregate_id, e.aggregate_version AS version,
            max(e.id::text) OVER (PARTITION BY e.aggregate_id ORDER BY e.aggregate_version, e.id) AS place
          FROM unnest(ids) AS gone (event_id) JOIN events e ON e.id = gone.event_id) placed;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION assert_refunded_parts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
        refund_ids uuid[];
        line_ids uuid[];
        charges boolean[];
      BEGIN
        SELECT array_agg(refund_id), array_agg(line_id), array_agg(of_charge) INTO refund_ids, line_ids, charges FROM after;
        SELECT f.refund_id INTO broken FROM unnest(refund_ids, line_ids, charges) AS f (refund_id, line_id, of_charge) JOIN refunds r ON r.id = f.refund_id JOIN payments p ON p.id = r.payment_id
        WHERE NOT EXISTS (
          SELECT FROM order_parts o WHERE o.order_id = p.order_id AND o.id = f.line_id AND o.is_charge = f.of_charge) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'refund % is of something that its order does not have', broken
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'refund_lines_are_of_their_order';
        END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION assert_tax_operations() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
        ids uuid[];
      BEGIN
        SELECT array_agg(order_id) INTO ids FROM after;
        -- One at a time for each document, so that each sees those before it.
        PERFORM FROM tax_documents WHERE order_id = ANY (ids) ORDER BY order_id FOR UPDATE;
        SELECT s.order_id INTO broken
        FROM (
          SELECT o.order_id, count(*) FILTER (WHERE kind = 'void') AS voids, count(*) FILTER (WHERE kind = 'refund') AS refunds,
            sum(gross) FILTER (WHERE kind = 'commit') AS gross, sum(tax) FILTER (WHERE kind = 'commit') AS tax,
            coalesce(sum(gross) FILTER (WHERE kind = 'refund'), 0) AS refunded_gross,
            coalesce(sum(tax) FILTER (WHERE kind = 'refund'), 0) AS refunded_tax
          FROM tax_operations o WHERE o.order_id = ANY (ids) GROUP BY 1) s
        WHERE s.gross IS NULL OR s.refunded_gross > s.gross OR s.refunded_tax > s.tax OR (s.voids > 0 AND s.refunds > 0) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax document of order % takes back what was not committed', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_operations_within_commit';
        END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION take_promotions() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
        taken uuid[];
        takers uuid[];
        amounts bigint[];
      BEGIN
        SELECT array_agg(promotion_id), array_agg(customer_id), array_agg(amount) INTO taken, takers, amounts FROM after;
        UPDATE promotions p SET used = p.used + a.uses, spent = p.spent + a.amount
        FROM (SELECT promotion_id, count(*)::int AS uses, sum(amount)::bigint AS amount FROM unnest(taken, amounts) AS t (promotion_id, amount) GROUP BY promotion_id) a
        WHERE p.id = a.promotion_id AND p.counted;
        SELECT p.id INTO broken
        FROM (SELECT DISTINCT promotion_id, customer_id FROM unnest(taken, takers) AS t (promotion_id, customer_id)) a
        JOIN promotions p ON p.id = a.promotion_id AND num_nonnulls(p.customer_limit, p.customer_budget) > 0
        JOIN LATERAL (
          SELECT count(*) AS uses, sum(d.amount) AS amount FROM order_discounts d JOIN orders o ON o.id = d.order_id
          WHERE d.promotion_id = a.promotion_id AND d.customer_id = a.customer_id AND o.status NOT IN ('cancelled', 'expired')
        ) u ON u.uses > p.customer_limit OR u.amount > p.customer_budget LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'a customer took more of promotion % than one may', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promotions_within_customer_limit';
        END IF;
        RETURN NULL;
      END $$;`;

/**
 * Triggers read the rows that a statement changed into arrays, and join these with tables. Citus asks for tables where their rows are, and can't bring along
 * the rows of a statement (`REFERENCING NEW TABLE`).
 */
export class RowsOfTriggers1700000046020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AFTER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(BEFORE);
  }
}
