import type { LoggedEventView } from '../platform/event-log/index.js';
import type { UserId } from '../shared/ids.js';
import type { Caller, Permission } from '../platform/access/index.js';
import { wants } from '../shared/event-filter.js';

/** An event of the log, with the customer of its order. */
export interface LiveEvent {
  readonly position: number;
  readonly type: string;
  /** In its public form. */
  readonly orderId: string | null;
  readonly customerId: UserId | null;
  readonly view: LoggedEventView;
}

/** Who is connected, and what they asked for. */
export interface Subscriber {
  readonly caller: Caller;
  /** Types of events, as endpoints of webhooks name them; all if absent. */
  readonly types?: readonly string[] | undefined;
  /** In its public form; all orders if absent. */
  readonly orderId?: string | undefined;
  /** Of an API key: identifies it again. */
  readonly recheck?: () => Promise<Caller | undefined>;
}

/** How much of an event somebody gets: all of it, or what a customer may know, or nothing. */
export type Share = 'whole' | 'own' | 'none';

/** What shows the same things by requests. What is not here needs `events:read`, which shows everything. */
const needed: Readonly<Record<string, Permission>> = {
  order: 'orders:read',
  payment: 'payments:read',
  refund: 'payments:read',
  dispute: 'payments:read',
  stock: 'stock:read',
  product: 'stock:read',
  user: 'users:read',
};

/** Customers get the events of their own orders, as the timeline shows them; staff what they may read. Nothing is an API key's own. */
export function shareOf({ caller, types, orderId }: Subscriber, event: LiveEvent): Share {
  if (types && !wants(types, event.type)) return 'none';
  if (orderId !== undefined && event.orderId !== orderId) return 'none';
  if (caller.permissions.has('events:read')) return 'whole';
  const permission = needed[event.type.slice(0, event.type.indexOf('.'))];
  if (permission && caller.permissions.has(permission)) return 'whole';
  return event.customerId === caller.userId && !caller.apiKey ? 'own' : 'none';
}

/** What a customer is told: who of the staff did something is hidden, as in the timeline. */
export function ownView({ view, customerId }: LiveEvent, encodedCustomer: string | null): LoggedEventView {
  return customerId !== null && view.actorId === encodedCustomer ? view : { ...view, actorId: null };
}
