import assert from 'node:assert/strict';
import { encodeId } from '../../src/shared/ids.js';
import { randomOf } from '../support/mutation.js';
import type { CourierCommand, DisputeCourse } from './commands.js';
import { TELLING } from './faults.js';
import type { Answered } from './request.js';
import type { Till } from './till.js';
import type { World } from './world.js';

/** With these the sandbox may have done more than Till knows yet, and so refuse: a dispute, or a charge told of backwards. */
const surprising = /^pm_(dispute|webhook_reordered)/;

/** What providers and banks do in a run. */
export class ProviderSide {
  constructor(private readonly till: Till) {}

  /** From now on the provider fails when it is asked about what is open of these customers. */
  async breakDown(customers: readonly string[]): Promise<void> {
    const open = await this.till.sql<{ id: string }>(
      `SELECT a.id FROM payment_attempts a JOIN payments p ON p.id = a.payment_id JOIN orders o ON o.id = p.order_id
       WHERE o.customer_id = ANY($1) AND p.provider = 'sandbox' AND a.next_check_at IS NOT NULL AND a.state <> 'succeeded'`,
      [customers],
    );
    await this.till.breakDown(open.map(({ id }) => id));
  }

  /** The customer's bank takes up a dispute of something captured, whatever has become of its order. */
  async dispute({ payments }: World, which: number, ends: DisputeCourse): Promise<void> {
    const captured = payments.filter(({ method, captured: taken }) => taken > 0 && TELLING.test(method));
    const payment = captured.at(-1 - (which % Math.max(1, captured.length)));
    if (payment) await this.till.dispute(payment.id, ends);
  }

  /** The customer decides at the page of the bank. */
  async decide({ payments }: World, which: number, decision: 'approve' | 'refuse'): Promise<void> {
    const waiting = payments.filter(({ method }) => method === 'pm_requires_action');
    const payment = waiting.at(-1 - (which % Math.max(1, waiting.length)));
    if (!payment) return;
    const [attempt] = await this.till.sql<{ id: string }>(
      `SELECT a.id FROM payment_attempts a JOIN sandbox.operations o ON o.attempt_id = a.id
       WHERE a.payment_id = $1 AND a.kind = 'authorize'`,
      [payment.id],
    );
    if (!attempt) return;
    const api = this.till.apis[0];
    const page = `${api.url}/sandbox/challenges/${encodeId('att', attempt.id as never)}`;
    const headers = { ...api.headers, 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(page, { method: 'POST', headers, body: `decision=${decision}` });
    assert.equal(response.status, 200, await response.text());
  }

  /** Delivers the webhooks that are due, each at least once. */
  async deliver({ shuffle, copies, loses }: CourierCommand): Promise<void> {
    const random = randomOf(shuffle);
    const due = (await this.till.webhooks()).map((webhook) => ({ webhook, rank: random() }));
    const inOrder = shuffle === 0 ? due : due.toSorted((a, b) => a.rank - b.rank);
    for (const [n, { webhook }] of inOrder.entries()) {
      if (loses === 1 && n === 0) continue;
      const times = webhook.copies * copies;
      await Promise.all(Array.from({ length: times }, (_, copy) => this.post(webhook, copy)));
      if (loses !== 2) await this.till.arrived(webhook.id);
    }
  }

  private async post({ body, headers }: { body: string; headers: () => Record<string, string> }, n: number) {
    const api = this.till.apis[n % 2]!;
    const all = { ...api.headers, 'content-type': 'application/json', ...headers() };
    const sent = { method: 'POST', body, headers: all };
    const response = await fetch(`${api.url}/v1/providers/sandbox/webhooks`, sent);
    assert.equal(response.status, 200, await response.text());
  }

  /** Whether the sandbox answered one of these too late, or refused it by what Till does not know yet. */
  async excuses(answered: readonly Answered[]): Promise<boolean> {
    const ids = answered
      .map(({ request, made, paid }) => ('payment' in request ? request.payment : paid || made))
      .filter(Boolean);
    // A refund that is tried again had been refused before: its last try alone counts.
    const again = answered.flatMap(({ request }) => (request.do === 'retry' ? [request.refund] : []));
    const states = await this.till.sql<{ id: string; state: string; method: string; disputed: boolean }>(
      `SELECT a.id, a.state, p.payment_method AS method,
         EXISTS (SELECT FROM sandbox.webhooks w WHERE w.payment_id = p.id AND w.movement = 'dispute') AS disputed FROM payment_attempts a JOIN payments p ON p.id = a.payment_id JOIN orders o ON o.id = p.order_id
       WHERE p.id = ANY($1::uuid[]) AND (a.state = 'unknown' OR a.kind <> 'authorize' AND a.state IN ('declined', 'failed')
         -- Never sent, or asked after, since the order ended while the request was interrupted.
         OR a.kind = 'authorize' AND (a.state = 'failed' OR a.state = 'succeeded' AND p.payment_method = 'pm_timeout_charged') AND o.status IN ('cancelled', 'expired'))
         AND NOT EXISTS (SELECT FROM payment_attempts b WHERE b.refund_id = a.refund_id AND b.refund_id = ANY($2::uuid[]) AND b.id > a.id)`,
      [ids, again],
    );
    const late = states.some(({ state }) => state === 'unknown');
    if (late) this.till.note('answered too late');
    return (
      late ||
      states.some(
        ({ id, state, method, disputed }) =>
          disputed || state === 'failed' || state === 'succeeded' || surprising.test(method) || this.till.isRefused(id),
      )
    );
  }
}
