import type { Order, User } from './api-shapes.js';
import type { ApiClient } from './client.js';
import { ApiProblem } from './answer.js';
import type { PlannedCustomer } from './plan.js';

/** A customer of the file as the API knows them, with the orders an earlier run left. */
export interface Customer {
  readonly id: string;
  readonly planned: PlannedCustomer;
  readonly history: History;
}

/** The orders of earlier runs, by invoice. */
export class History {
  constructor(private readonly orders: readonly Order[]) {}

  /** The order that stands for an invoice, if one does. */
  standing(invoice: string): Order | undefined {
    return this.of(invoice).find((order) => order.status !== 'expired');
  }

  /** How many orders of an invoice expired unpaid, because a run was interrupted between placing and paying. */
  expired(invoice: string): number {
    return this.of(invoice).filter((order) => order.status === 'expired').length;
  }

  private of(invoice: string): Order[] {
    return this.orders.filter((order) => order.metadata?.invoice === invoice);
  }
}

/** Finds or makes the account. Existing state is read because idempotency keys are not kept for ever. */
export async function ensureCustomer(api: ApiClient, planned: PlannedCustomer): Promise<Customer> {
  const { email, name } = planned;
  try {
    const { id } = await api.post<User>('/v1/users', { email, name });
    return { id, planned, history: new History([]) };
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 409)) throw error;
  }
  const [user] = await api.all<User>(`/v1/users?email=${encodeURIComponent(email)}`);
  if (!user) throw new ApiProblem(409, undefined, `The API refuses a second ${email}, yet finds none.`);
  return { id: user.id, planned, history: new History(await replayedOrders(api, user.id)) };
}

/** The customer's orders that replays placed, of this file or another. */
export async function replayedOrders(api: ApiClient, customerId: string): Promise<Order[]> {
  const orders = await api.all<Order>(`/v1/orders?customerId=${customerId}`);
  return orders.filter((order) => order.metadata?.source === 'replay');
}
