import { next, type TransitionTable } from '../../shared/state-machine.js';

export type OrderStatus = 'pending' | 'confirmed' | 'completed' | 'cancelled' | 'expired';
export type OrderAction = 'confirm' | 'complete' | 'cancel' | 'expire' | 'fulfill' | 'pay';

/** `fulfill` and `pay` leave the status as it is: they move the other two axes. */
export const orderTransitions: TransitionTable<OrderStatus, OrderAction> = {
  pending: { confirm: 'confirmed', cancel: 'cancelled', expire: 'expired', pay: 'pending' },
  confirmed: { complete: 'completed', cancel: 'cancelled', fulfill: 'confirmed', pay: 'confirmed' },
  completed: {},
  cancelled: {},
  expired: {},
};

/** @throws InvalidTransition */
export function transition(from: OrderStatus, action: OrderAction): OrderStatus {
  return next('An order', orderTransitions, from, action);
}
