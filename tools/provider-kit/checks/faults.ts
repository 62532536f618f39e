import { strict as assert } from 'node:assert';
import type { AttemptKind } from '../../../src/payments/domain/payment.js';
import type { Outcome, ProviderAttempt } from '../../../src/payments/providers/provider.js';
import type { Check } from '../check.js';
import { type Fault, faults } from '../harness.js';
import { following, type Kit, needed, settled } from '../kit.js';
import { assertOneEffect } from './keys.js';

const area = 'no answer';
const types = { authorize: 'captured', capture: 'captured', void: 'voided', refund: 'refunded' } as const;
const kinds = ['authorize', 'capture', 'void', 'refund'] as const;
/** What may be said of a call that went wrong so. A connection that broke may have been tried again, under the same key. */
const allowed: Readonly<Record<Fault, readonly Outcome['state'][]>> = {
  unanswered: ['unknown'],
  cut: ['unknown', 'completed'],
  lost: ['unknown'],
  refused: ['not_sent', 'unknown'],
  server_error: ['unknown', 'not_sent'],
  garbled: ['unknown'],
};
const done = new Set<Fault>(['unanswered', 'cut', 'garbled']);

/** A call that goes wrong is never reported as failed; asked after, the truth comes out, and money moves once. */
export const faultChecks: readonly Check[] = kinds.flatMap((kind) =>
  faults.map((fault) => ({
    area,
    name: `${kind}: ${fault.replace('_', ' ')}`,
    run: (kit: Kit) => fails(kit, kind, fault),
  })),
);

async function fails(kit: Kit, kind: AttemptKind, fault: Fault): Promise<void> {
  const payment = kind === 'authorize' ? undefined : await kit.opened(kind === 'refund' ? 'automatic' : 'manual');
  const armed = needed(await kit.harness.arm(fault, kind), 'it can not be made to');
  const attempt = payment ? following(payment, kind) : kit.opening(armed.paymentMethod);
  const { state } = await kit.send(attempt);
  assert.ok(allowed[fault].includes(state), `it is ${state}`);
  await armed.heal?.();
  const asked = await kit.ask(attempt);
  if (done.has(fault)) settled(asked, attempt, types[kind]);
  else assert.equal(asked.state, 'not_sent');
  if (!armed.heal) return;
  await assertSettles(kit, attempt, asked);
  await assertOneEffect(kit, attempt);
}

/** Sent again under the same id, it comes to what it came to before, or now. */
async function assertSettles(kit: Kit, attempt: ProviderAttempt, before: Outcome): Promise<void> {
  const { providerEventId } = settled(await kit.send(attempt), attempt, types[attempt.kind]);
  if (before.state === 'completed') assert.equal(providerEventId, before.events[0]!.providerEventId);
}
