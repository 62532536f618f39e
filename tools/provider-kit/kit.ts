import { strict as assert } from 'node:assert';
import { newId } from '../../src/shared/ids.js';
import type { AttemptKind } from '../../src/payments/domain/payment.js';
import type { ProviderEvent, ProviderEventType } from '../../src/payments/domain/payment-reducer.js';
import type { Outcome, ProviderAttempt } from '../../src/payments/providers/provider.js';
import { NotApplicable } from './not-applicable.js';
import type { ProviderHarness, ServiceBooks } from './harness.js';

/** What payments of the kit are of, in minor units. */
export const AMOUNT = 1000;
/** How long a call may take, and how much later than that it may end. */
export const PATIENCE_MS = 1_000;
const GRACE_MS = 1_000;

/** Calls of the provider as Till makes them, with what must hold for every one of them. */
export class Kit {
  constructor(readonly harness: ProviderHarness) {}

  get provider() {
    return this.harness.provider;
  }

  /** The first operation of a new payment. */
  opening(
    paymentMethod: string,
    capture: 'automatic' | 'manual' = 'automatic',
    statementDescriptor: string | null = null,
  ): ProviderAttempt {
    const { currency } = this.harness;
    const ids = { id: newId<'att'>(), paymentId: newId<'pay'>() };
    const instructions = { paymentMethod, capture, statementDescriptor };
    return { ...ids, ...instructions, kind: 'authorize', amount: AMOUNT, currency, reference: null };
  }

  send(attempt: ProviderAttempt): Promise<Outcome> {
    return this.within((signal) => this.provider.send(attempt, signal), attempt);
  }

  ask(attempt: ProviderAttempt): Promise<Outcome> {
    return this.within((signal) => this.provider.getStatus(attempt, signal), attempt);
  }

  books({ paymentId }: ProviderAttempt): Promise<ServiceBooks> {
    return this.harness.books(paymentId);
  }

  /** A payment that was approved, with the reference that the provider has for it. */
  async opened(
    capture: 'automatic' | 'manual',
    paymentMethod = this.harness.methods.approved,
  ): Promise<ProviderAttempt> {
    const attempt = this.opening(paymentMethod, capture);
    const outcome = await this.send(attempt);
    settled(outcome, attempt, capture === 'automatic' ? 'captured' : 'authorized');
    return { ...attempt, reference: outcome.reference ?? null };
  }

  private async within(call: (signal: AbortSignal) => Promise<Outcome>, attempt: ProviderAttempt): Promise<Outcome> {
    const began = performance.now();
    const outcome = await call(AbortSignal.timeout(PATIENCE_MS));
    const took = performance.now() - began;
    assert.ok(
      took < PATIENCE_MS + GRACE_MS,
      `the call took ${Math.round(took)} ms, and was to end after ${PATIENCE_MS}`,
    );
    if (outcome.state === 'completed') for (const event of outcome.events) assertAbout(event, attempt);
    return outcome;
  }
}

/** Another operation on the same payment. */
export function following(payment: ProviderAttempt, kind: AttemptKind, amount = AMOUNT): ProviderAttempt {
  return { ...payment, id: newId<'att'>(), kind, amount };
}

/** The one event of an outcome, which must be of this type and for all of the amount. */
export function settled(outcome: Outcome, { amount }: ProviderAttempt, type: ProviderEventType): ProviderEvent {
  assert.equal(outcome.state, 'completed', `it is ${outcome.state} where ${type} was due`);
  const { events } = outcome as Extract<Outcome, { state: 'completed' }>;
  assert.deepEqual(
    events.map((event) => `${event.type} ${event.amount}`),
    [`${type} ${amount}`],
  );
  return events[0]!;
}

/** @throws NotApplicable when the service has no such thing */
export function needed<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new NotApplicable(what);
  return thing;
}

function assertAbout(event: ProviderEvent, { id, currency }: ProviderAttempt): void {
  assert.equal(event.attemptId, id, 'an event names another attempt');
  assert.equal(event.currency, currency, 'an event names another currency');
  assert.ok(event.providerEventId.length > 0, 'an event has no id');
  assert.ok(!Number.isNaN(event.occurredAt.getTime()), 'an event has no time');
}
