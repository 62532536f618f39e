import { next, type TransitionTable } from '../../shared/state-machine.js';

export type OrderStatus = 'pending' | 'confirmed' | 'completed' | 'cancelled' | 'expired';
export type OrderAction = 'confirm' | 'complete' | 'cancel' | 'expire' | 'fulfill' | 'pay';

/** `fulfill` and `pay` do not change the status: they change the fulfilment status and the payment status. */
export const orderTransitions: TransitionTable<OrderStatus, OrderAction> = {
  pending: { confirm: 'confirmed', cancel: 'cancelled', expire: 'expired', pay: 'pending' },
  confirmed: { complete: 'completed', cancel: 'cancelled', fulfill: 'confirmed', pay: 'confirmed' },
  completed: {},
  cancelled: {},
  expired: {},
};

export const orderStatuses = Object.keys(orderTransitions) as OrderStatus[];

/** @throws InvalidTransition */
export function transition(from: OrderStatus, action: OrderAction): OrderStatus {
  return next('An order', orderTransitions, from, action);
}
