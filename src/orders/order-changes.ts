import { Injectable } from '@nestjs/common';
import { Forbidden, ValidationFailed } from '../shared/errors.js';
import type { EventId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { type Keyset, type Page, pageOf } from '../platform/http/index.js';
import { ChangeLog } from '../platform/outbox/index.js';
import type { Order } from './domain/order.js';
import { OrdersRepository } from './orders.repository.js';

/** A page of changed orders. */
export interface ChangesPage extends Page<Order> {
  /** Changes before this time have all been returned once the last page is read. ISO 8601. */
  readonly syncedUntil: string;
}

export interface ChangesList {
  readonly since: Date;
  /** The last event of the page before, and the `syncedUntil` of the first page. */
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

/**
 * The orders that changed, for programs that keep a copy and must miss nothing. Each change of an order is committed with an event, so the
 * log of events has them in the order of their ids, without an index of its own. A transaction that commits late has events with earlier ids than some that
 * were read before: `syncedUntil` is a time before which there can be none, so the next round begins there.
 */
@Injectable()
export class OrderChanges {
  constructor(
    private readonly log: ChangeLog,
    private readonly repository: OrdersRepository,
  ) {}

  /** @throws Forbidden without `orders:read`; EventsDeleted when `since` is older than what is kept */
  async list(caller: Caller, { since, after, limit }: ChangesList): Promise<ChangesPage> {
    if (!caller.permissions.has('orders:read')) throw new Forbidden('orders:read');
    const [last, known] = (after ?? []) as [EventId?, string?];
    // Before the events are read, and once for all pages: what is later on a further page may be missing on an earlier one.
    const syncedUntil = known ?? (await this.log.completeUntil()).toISOString();
    const changes = await this.log.changedAfter(last ?? since, limit);
    const orders = new Map((await this.repository.findAll(changes.orderIds)).map((order) => [order.id, order]));
    const data = changes.orderIds.flatMap((id) => orders.get(id) ?? []);
    const page = pageOf(data, limit, () => [changes.last!, syncedUntil], changes.more);
    return { ...page, syncedUntil };
  }
}

/** @throws ValidationFailed if there are filters beside `updatedSince` */
export function assertAlone(query: Readonly<Record<string, unknown>>): void {
  const others = Object.entries(query).filter(([name, value]) => value !== undefined && !OF_CHANGES.has(name));
  if (others.length === 0) return;
  const message = "can't be combined with updatedSince, which lists all orders that changed";
  throw new ValidationFailed(
    others.map(([name]) => ({ pointer: `/${name}`, code: 'not_with_updated_since', message })),
  );
}

const OF_CHANGES = new Set(['updatedSince', 'limit', 'cursor', 'sort']);
