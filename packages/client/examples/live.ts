import { createTill } from '@till/client';

/** Follows an order until it is fulfilled. Returns the types of its events; `seen` is told of each. */
export async function follow(baseUrl: string, apiKey: string, orderId: string, seen: (type: string) => void) {
  const till = createTill({ baseUrl, apiKey });
  for await (const message of till.live({ orderId, types: ['order.*', 'payment.*'], after: 0 })) {
    if (message.type === 'reset')
      throw new Error('What happened to the order first is deleted by now: read the order.');
    seen(message.event.type);
    if (message.event.type === 'order.fulfilled') return;
  }
}
