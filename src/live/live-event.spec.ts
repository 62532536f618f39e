import { describe, expect, it } from 'vitest';
import type { Permission } from '../platform/access/index.js';
import { newId } from '../shared/ids.js';
import { type LiveEvent, shareOf, type Subscriber } from './live-event.js';

const [ada, grace] = [newId<'usr'>(), newId<'usr'>()];
const ORDER = 'ord_01h455vb4pex5vsknk084sn02q';
const event = (type: string, more: Partial<LiveEvent> = {}) =>
  ({ position: 1, type, orderId: ORDER, customerId: ada, ...more }) as LiveEvent;
const subscriber = (permissions: Permission[], more: Partial<Subscriber> = {}, userId = ada): Subscriber => ({
  caller: { userId, permissions: new Set(permissions) },
  ...more,
});
const ofKey = (permissions: Permission[]): Subscriber => ({
  caller: { userId: ada, permissions: new Set(permissions), apiKey: { id: newId<'key'>(), requestsPerMinute: 1 } },
});

describe('shareOf', () => {
  it.each([
    ['a customer their own order', subscriber([]), event('order.placed'), 'own'],
    ['a customer what belongs to their order', subscriber([]), event('refund.succeeded'), 'own'],
    ["a customer nothing of another's", subscriber([], {}, grace), event('order.placed'), 'none'],
    ['a customer nothing without an order', subscriber([]), event('stock.adjusted', { customerId: null }), 'none'],
    ['staff what they may read', subscriber(['orders:read'], {}, grace), event('order.placed'), 'whole'],
    ['staff not what they may not', subscriber(['orders:read'], {}, grace), event('payment.captured'), 'none'],
    ['staff what is theirs as customers', subscriber(['stock:read']), event('order.placed'), 'own'],
    ['whoever may read events everything', subscriber(['events:read'], {}, grace), event('role.changed'), 'whole'],
    ['others nothing that has no permission', subscriber(['users:read'], {}, grace), event('role.changed'), 'none'],
    ['a key nothing of its owner', ofKey([]), event('order.placed'), 'none'],
    ['a key what its scopes allow', ofKey(['events:read']), event('order.placed'), 'whole'],
    ['only the types that were asked for', subscriber([], { types: ['payment.*'] }), event('order.placed'), 'none'],
    ['all types of a thing', subscriber([], { types: ['order.*'] }), event('order.placed'), 'own'],
    ['only the order that was asked for', subscriber([], { orderId: 'ord_x' }), event('order.placed'), 'none'],
    ['that order', subscriber([], { orderId: ORDER }), event('order.placed'), 'own'],
  ] as const)('gives %s', (_, who, what, share) => expect(shareOf(who, what)).toBe(share));
});
