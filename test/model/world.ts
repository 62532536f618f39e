import type { Till } from './till.js';

/** What one run has made, as the database has it. Ids are those of the database; amounts are minor units of EUR. */
export interface World {
  readonly orders: readonly OrderState[];
  readonly payments: readonly PaymentState[];
  readonly refunds: readonly RefundState[];
  readonly approvals: readonly ApprovalState[];
  readonly stock: Readonly<Record<string, Stock>>;
  /** What each customer has to spend. */
  readonly credit: Readonly<Record<string, number>>;
  /** What may go back of an order without a second person; null for any amount. */
  readonly limit: number | null;
}

export interface OrderState {
  readonly id: string;
  readonly customer: string;
  readonly total: number;
  readonly status: 'pending' | 'confirmed' | 'completed' | 'cancelled' | 'expired';
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  /** In disputes that are open, and lost in others. */
  readonly disputed: number;
  readonly chargedBack: number;
  /** What it may keep at most since something was refunded after it was paid. */
  readonly agreed: number | null;
  /** Refunds that Till made or is making by itself. */
  readonly returned: number;
  /** Refunds that people asked for. */
  readonly byPeople: number;
  /** Milliseconds since 1970. */
  readonly reservedUntil: number | null;
  readonly lines: readonly LineState[];
  readonly charges: readonly ChargeState[];
  /** What refunds that have not failed return of lines and charges, oldest first. */
  readonly named: readonly NamedRefund[];
}

export interface ChargeState {
  readonly id: string;
  readonly gross: number;
  readonly tax: number;
}

/** A refund, whoever asked for it. */
export interface RefundState {
  readonly id: string;
  readonly payment: string;
  readonly amount: number;
  readonly status: 'pending' | 'succeeded' | 'failed' | 'cancelled';
  /** Whether Till made it, or took it over, because the order owed its money. */
  readonly isOwed: boolean;
  /** Whether one person alone asked for it. */
  readonly isOfOnePerson: boolean;
  /** Whether its money has come back before. */
  readonly cameBack: boolean;
  /** Whether it counts for no pieces any more. */
  readonly counts: boolean;
  /** The pieces that it names; none of a refund of an amount. */
  readonly named: readonly NamedRefund[];
}

/** A refund or a cancellation that a second person decides on. */
export interface ApprovalState {
  readonly id: string;
  /** The payment of a refund; empty for a cancellation. */
  readonly payment: string;
  /** The order of a cancellation; empty for a refund. */
  readonly order: string;
  readonly amount: number;
  /** Pieces to cancel, by line; null for all that are left. */
  readonly pieces: readonly { readonly lineId: string; readonly quantity: number }[] | null;
  readonly status: 'pending' | 'approved' | 'rejected';
}

/** What a refund returns of one line or charge. */
export interface NamedRefund {
  readonly part: string;
  readonly payment: string;
  readonly quantity: number;
  readonly gross: number;
  readonly tax: number;
  readonly succeeded: boolean;
  /** How many of the pieces were shipped then, and how many of the line were cancelled. */
  readonly ofShipped: number;
  readonly cancelledBefore: number;
  /** Whether the order has to be paid in full in spite of it. */
  readonly superseded: boolean;
}

export interface LineState {
  readonly id: string;
  readonly product: string;
  /** Of all pieces, with tax and less discounts. */
  readonly gross: number;
  readonly tax: number;
  readonly quantity: number;
  readonly fulfilled: number;
  readonly cancelled: number;
}

export interface PaymentState {
  readonly id: string;
  readonly order: string;
  readonly provider: string;
  readonly method: string;
  readonly capture: 'automatic' | 'manual';
  readonly status: string;
  readonly amount: number;
  readonly authorized: number;
  readonly captured: number;
  readonly capturePending: number;
  readonly voided: number;
  readonly voidPending: number;
  readonly refunded: number;
  readonly refundPending: number;
  readonly disputed: number;
  /** Refunds whose money came back, and the part of them that people have on their list. */
  readonly reversed: number;
  readonly leftToPeople: number;
}

export interface Stock {
  readonly onHand: number;
  readonly reserved: number;
}

const ORDERS = `
  SELECT o.id, o.customer_id AS customer, o.total, o.status, o.authorized_amount AS authorized, o.captured_amount AS captured,
    o.refunded_amount AS refunded, o.disputed_amount AS disputed, o.charged_back_amount AS "chargedBack", o.agreed_amount AS agreed,
    (SELECT coalesce(sum(r.amount), 0)::bigint FROM refunds r JOIN payments p ON p.id = r.payment_id
      WHERE p.order_id = o.id AND r.actor_id IS NULL AND r.status IN ('pending', 'succeeded')) AS returned,
    (SELECT coalesce(sum(r.amount), 0)::bigint FROM refunds r JOIN payments p ON p.id = r.payment_id
      WHERE p.order_id = o.id AND r.status IN ('pending', 'succeeded') AND (r.actor_id IS NOT NULL OR EXISTS (
        -- A refund of Till that people tried again is theirs: nobody owes it any more, maybe.
        SELECT FROM payment_attempts a WHERE a.refund_id = r.id AND a.request_key IS NOT NULL))) AS "byPeople",
    (extract(epoch FROM o.reserved_until) * 1000)::float8 AS "reservedUntil",
    (SELECT json_agg(json_build_object('id', l.id, 'product', l.product_id, 'quantity', l.quantity,
       'tax', l.tax, 'fulfilled', l.fulfilled_quantity, 'cancelled', l.cancelled_quantity,
       'gross', l.quantity * l.unit_price - l.discount + CASE WHEN l.tax_mode = 'exclusive' THEN l.tax ELSE 0 END)
       ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id) AS lines,
    (SELECT coalesce(json_agg(json_build_object('id', c.id, 'tax', c.tax,
       'gross', c.amount - c.discount + CASE WHEN c.tax_mode = 'exclusive' THEN c.tax ELSE 0 END) ORDER BY c.position), '[]')
       FROM order_charges c WHERE c.order_id = o.id) AS charges,
    (SELECT coalesce(json_agg(json_build_object('part', f.line_id, 'payment', p.id, 'quantity', f.quantity, 'gross', f.gross, 'tax', f.tax,
       'superseded', EXISTS (SELECT FROM superseded_refunds s WHERE s.refund_id = r.id)
         OR EXISTS (SELECT FROM surplus_refunds s WHERE s.refund_id = r.id),
       'succeeded', r.status = 'succeeded', 'ofShipped', f.of_shipped, 'cancelledBefore', f.cancelled_before) ORDER BY r.id, f.line_id), '[]')
       FROM refund_lines f JOIN refunds r ON r.id = f.refund_id JOIN payments p ON p.id = r.payment_id
       WHERE p.order_id = o.id AND r.status IN ('pending', 'succeeded')) AS named
  FROM orders o WHERE o.customer_id = ANY($1) ORDER BY o.id`;
const PAYMENTS = `
  SELECT id, order_id AS order, provider, payment_method AS method, capture, status, amount, authorized_amount AS authorized,
    captured_amount AS captured, capture_pending AS "capturePending", voided_amount AS voided, void_pending AS "voidPending",
    refunded_amount AS refunded, refund_pending AS "refundPending", disputed_amount AS disputed,
    (SELECT coalesce(sum(a.amount), 0)::bigint FROM payment_attempts a
      WHERE a.payment_id = payments.id AND a.kind = 'refund' AND a.state = 'failed') AS reversed,
    (SELECT coalesce(sum(r.amount), 0)::bigint FROM refunds r WHERE r.payment_id = payments.id AND r.status = 'failed' AND EXISTS (
      SELECT FROM payment_attempts a WHERE a.refund_id = r.id AND a.state = 'failed')) AS "leftToPeople"
  FROM payments WHERE customer_id = ANY($1) ORDER BY id`;
const REFUNDS = `
  SELECT r.id, r.payment_id AS payment, r.amount, r.status, r.obligation_id IS NOT NULL AS "isOwed",
    r.actor_id IS NOT NULL AND r.obligation_id IS NULL
      AND NOT EXISTS (SELECT FROM approvals a WHERE a.refund_id = r.id) AS "isOfOnePerson",
    EXISTS (SELECT FROM payment_attempts a WHERE a.refund_id = r.id AND a.state = 'failed') AS "cameBack",
    NOT EXISTS (SELECT FROM superseded_refunds s WHERE s.refund_id = r.id)
      AND NOT EXISTS (SELECT FROM surplus_refunds s WHERE s.refund_id = r.id) AS counts,
    (SELECT coalesce(json_agg(json_build_object('part', f.line_id, 'payment', r.payment_id, 'quantity', f.quantity, 'gross', f.gross, 'tax', f.tax,
       'superseded', false, 'succeeded', false, 'ofShipped', f.of_shipped, 'cancelledBefore', f.cancelled_before) ORDER BY f.line_id), '[]')
       FROM refund_lines f WHERE f.refund_id = r.id) AS named
  FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.customer_id = ANY($1) ORDER BY r.id`;
const APPROVALS = `
  SELECT a.id, coalesce(a.payment_id::text, '') AS payment, coalesce(a.order_id::text, '') AS order, a.amount, a.status, a.lines AS pieces
  FROM approvals a LEFT JOIN payments p ON p.id = a.payment_id LEFT JOIN orders o ON o.id = a.order_id
  WHERE coalesce(p.customer_id, o.customer_id) = ANY($1) ORDER BY a.id`;
const STOCK = `SELECT product_id AS id, on_hand AS "onHand", reserved FROM stock_levels WHERE product_id = ANY($1)`;
const CREDIT = `SELECT user_id AS id, amount FROM store_credit_balances WHERE user_id = ANY($1)`;

/** A statement as one value of another, its parameter counted anew. */
const one = (text: string, parameter: number) =>
  `(SELECT coalesce(json_agg(r), '[]') FROM (${text.replaceAll('$1', `$${parameter}`)}) r)`;

/** Reads the world of a run, all of it at one moment. */
export async function readWorld(
  { sql }: Till,
  customers: readonly string[],
  products: readonly string[],
  limit: number | null,
): Promise<World> {
  const [row] = await sql<Pick<World, 'orders' | 'payments' | 'refunds' | 'approvals'> & Rows>(
    `SELECT ${one(ORDERS, 1)} AS orders, ${one(PAYMENTS, 1)} AS payments, ${one(REFUNDS, 1)} AS refunds, ${one(APPROVALS, 1)} AS approvals,
       ${one(STOCK, 2)} AS stock, ${one(CREDIT, 1)} AS credit`,
    [customers, products],
  );
  const { stock, credit, ...rest } = row!;
  return {
    ...rest,
    limit,
    stock: Object.fromEntries(stock.map(({ id, onHand, reserved }) => [id, { onHand, reserved }])),
    credit: Object.fromEntries(credit.map(({ id, amount }) => [id, amount])),
  };
}

interface Id {
  readonly id: string;
}
interface Rows {
  readonly stock: readonly (Stock & Id)[];
  readonly credit: readonly Credit[];
}
type Credit = Id & { readonly amount: number };
