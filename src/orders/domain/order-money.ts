import type { OrderStatus } from './order-state.js';

/** The amounts of an order, in minor units of its currency. A void lowers `authorizedAmount`. */
export interface OrderAmounts {
  readonly total: number;
  readonly authorizedAmount: number;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
  /** Captures, voids and refunds in progress. */
  readonly capturePending: number;
  readonly voidPending: number;
  readonly refundPending: number;
  /** Captured, and withheld by open disputes. */
  readonly disputedAmount: number;
  /** Captured, and lost in disputes. */
  readonly chargedBackAmount: number;
  /** The maximum that the order may keep after a refund of the paid order; null if that is the total. */
  readonly agreedAmount: number | null;
}

export type MoneyOfOrder = OrderAmounts & {
  readonly status: OrderStatus;
  /** For a confirmed order that lost all its money: when it ends unless it is paid again. */
  readonly reservedUntil?: Date | null;
};

/** A movement of money for an order: the change of each amount, in minor units. */
export interface MoneyMoved {
  readonly authorized?: number;
  readonly captured?: number;
  readonly refunded?: number;
  /** Of a refund that names pieces and charges, and of its undoing: the price of those that are still in the order. Never negative. */
  readonly refundedByName?: number;
  readonly capturePending?: number;
  readonly voidPending?: number;
  readonly refundPending?: number;
  readonly disputed?: number;
  readonly chargedBack?: number;
}

export const noMoney = {
  authorizedAmount: 0,
  capturedAmount: 0,
  refundedAmount: 0,
  capturePending: 0,
  voidPending: 0,
  refundPending: 0,
  disputedAmount: 0,
  chargedBackAmount: 0,
  agreedAmount: null,
} as const satisfies Omit<OrderAmounts, 'total'>;

/** Whether the order has ended: nothing more may be paid for it, and all paid money is returned. */
export function hasEnded({ status }: Pick<MoneyOfOrder, 'status'>): boolean {
  return status === 'cancelled' || status === 'expired';
}

/** Returns the money that the order's payments hold: authorised or captured, less refunds and lost disputes. */
export function held({ authorizedAmount, refundedAmount, chargedBackAmount }: OrderAmounts): number {
  return authorizedAmount - refundedAmount - chargedBackAmount;
}

/** Returns the held money that may be lost: in voids and refunds in progress, and in open disputes. */
export function leaving({ voidPending, refundPending, disputedAmount }: OrderAmounts): number {
  return voidPending + refundPending + disputedAmount;
}

/** Returns the money that the order may keep. */
export function due(order: MoneyOfOrder): number {
  return hasEnded(order) ? 0 : Math.min(order.total, order.agreedAmount ?? order.total);
}

/** Returns how much less than its total an order may keep, because a refund lowered it. An order that was paid anew keeps its total. */
export function rebate({ total, agreedAmount }: Pick<OrderAmounts, 'agreedAmount' | 'total'>): number {
  return Math.max(0, total - (agreedAmount ?? total));
}

/** Whether the held money, without the part that may be lost, covers the order. */
export function isCovered(order: OrderAmounts): boolean {
  return held(order) - leaving(order) >= order.total;
}

/** Returns the amount that is still to be paid. Money that may be lost still counts, so that nothing is charged twice. */
export function unpaid(order: MoneyOfOrder): number {
  return Math.max(0, due(order) - held(order));
}

/** Returns the amount that the order owes: money beyond what it may keep that is not on its way back yet. */
export function owed(order: MoneyOfOrder): number {
  return Math.max(0, held(order) - leaving(order) - due(order));
}

/**
 * Returns the order after a movement of money. A refund beyond the owed amount, and one of certain pieces, lowers what a paid order may keep.
 */
export function applyMoney<O extends MoneyOfOrder>(order: O, moved: MoneyMoved): O {
  return {
    ...order,
    authorizedAmount: order.authorizedAmount + (moved.authorized ?? 0),
    capturedAmount: order.capturedAmount + (moved.captured ?? 0),
    refundedAmount: order.refundedAmount + (moved.refunded ?? 0),
    capturePending: order.capturePending + (moved.capturePending ?? 0),
    voidPending: order.voidPending + (moved.voidPending ?? 0),
    refundPending: order.refundPending + (moved.refundPending ?? 0),
    disputedAmount: order.disputedAmount + (moved.disputed ?? 0),
    chargedBackAmount: order.chargedBackAmount + (moved.chargedBack ?? 0),
    agreedAmount: agreedAfter(order, moved),
  };
}

/**
 * Returns what the order may keep after a refund, in minor units; null if that is its total. A negative amount undoes a refund that
 * failed later: pieces that were cancelled since are paid for no more.
 */
function agreedAfter(order: MoneyOfOrder, { refunded = 0, refundedByName }: MoneyMoved): number | null {
  if (refunded < 0) return agreedWithout(order, refundedByName ?? -refunded);
  const tooMuch = Math.max(0, held(order) - due(order));
  const isPaid = order.status === 'completed' || (order.status === 'confirmed' && !order.reservedUntil);
  const less = Math.max(refunded - tooMuch, refundedByName ?? 0);
  if (!isPaid || less <= 0) return order.agreedAmount;
  return Math.max(0, due(order) - less);
}

function agreedWithout({ agreedAmount, total }: MoneyOfOrder, refund: number): number | null {
  return agreedAmount === null || agreedAmount + refund >= total ? null : agreedAmount + refund;
}

/**
 * Returns what the order may keep when its total falls to `total` because pieces are cancelled. What a refund by name returned of its other parts
 * (`refundedByName`) stays returned; a refund of an amount counts for the cancelled pieces. In minor units; null if that is its total.
 */
export function agreedAt(
  total: number,
  order: Pick<OrderAmounts, 'agreedAmount' | 'total'>,
  refundedByName: number,
): number | null {
  const { agreedAmount } = order;
  if (agreedAmount === null) return null;
  return Math.max(0, Math.min(agreedAmount, total - Math.min(refundedByName, rebate(order))));
}

/** Whether an operation in progress or a dispute has ended. */
export function hasOutcome({
  capturePending = 0,
  voidPending = 0,
  refundPending = 0,
  disputed = 0,
}: MoneyMoved): boolean {
  return capturePending < 0 || voidPending < 0 || refundPending < 0 || disputed !== 0;
}
