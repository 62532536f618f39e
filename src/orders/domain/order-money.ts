import type { OrderStatus } from './order-state.js';

/** The amounts of an order, in minor units of its currency. `authorizedAmount` falls when something is voided. */
export interface OrderAmounts {
  readonly total: number;
  readonly authorizedAmount: number;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
  /** Captures, voids and refunds that have begun and whose outcome is still to come. */
  readonly capturePending: number;
  readonly voidPending: number;
  readonly refundPending: number;
  /** Captured, and held back by disputes that are open. */
  readonly disputedAmount: number;
  /** Captured, and lost in disputes. */
  readonly chargedBackAmount: number;
  /** What the order may keep at most since something was refunded after it was paid; null while that is the total. */
  readonly agreedAmount: number | null;
}

export type MoneyOfOrder = OrderAmounts & {
  readonly status: OrderStatus;
  /** Of a confirmed order: when it ends unless it is paid anew, since nothing pays for it any more. */
  readonly reservedUntil?: Date | null;
};

/** What money did to an order: the change of each amount, in minor units. */
export interface MoneyMoved {
  readonly authorized?: number;
  readonly captured?: number;
  readonly refunded?: number;
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

/** Whether nothing may be paid for the order any more, and all that was paid goes back. */
export function hasEnded({ status }: Pick<MoneyOfOrder, 'status'>): boolean {
  return status === 'cancelled' || status === 'expired';
}

/** What the payments of the order hold for it: authorised or captured, less what is gone for good. */
export function held({ authorizedAmount, refundedAmount, chargedBackAmount }: OrderAmounts): number {
  return authorizedAmount - refundedAmount - chargedBackAmount;
}

/** What is held and may soon be gone: in voids and refunds under way, and in open disputes. */
export function leaving({ voidPending, refundPending, disputedAmount }: OrderAmounts): number {
  return voidPending + refundPending + disputedAmount;
}

/** What the order may keep. */
export function due(order: MoneyOfOrder): number {
  return hasEnded(order) ? 0 : Math.min(order.total, order.agreedAmount ?? order.total);
}

/** Whether what is held, without what may soon be gone, covers the order. */
export function isCovered(order: OrderAmounts): boolean {
  return held(order) - leaving(order) >= order.total;
}

/** What is still to be paid. What may soon be gone is still there, so that nothing is ever charged twice. */
export function unpaid(order: MoneyOfOrder): number {
  return Math.max(0, due(order) - held(order));
}

/** What is held beyond what the order may keep, and is not yet on its way back: the order's payments owe it. */
export function owed(order: MoneyOfOrder): number {
  return Math.max(0, held(order) - leaving(order) - due(order));
}

/**
 * Returns the order after money moved. A refund of more than was held too much lowers what the order may keep, once it is
 * paid.
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
    agreedAmount: agreedAfter(order, moved.refunded ?? 0),
  };
}

/** What the order may keep after a refund of so many minor units; null while that is its total. */
function agreedAfter(order: MoneyOfOrder, refunded: number): number | null {
  const tooMuch = Math.max(0, held(order) - due(order));
  const isPaid = order.status === 'completed' || (order.status === 'confirmed' && !order.reservedUntil);
  if (!isPaid || refunded <= tooMuch) return order.agreedAmount;
  return Math.max(0, due(order) - (refunded - tooMuch));
}

/** Whether something that was on its way has come to an end, or a dispute has. */
export function hasOutcome({
  capturePending = 0,
  voidPending = 0,
  refundPending = 0,
  disputed = 0,
}: MoneyMoved): boolean {
  return capturePending < 0 || voidPending < 0 || refundPending < 0 || disputed !== 0;
}
