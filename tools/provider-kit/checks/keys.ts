import { strict as assert } from 'node:assert';
import type { AttemptKind } from '../../../src/payments/domain/payment.js';
import type { Outcome, ProviderAttempt } from '../../../src/payments/providers/provider.js';
import type { Check } from '../check.js';
import { AMOUNT, following, type Kit, settled } from '../kit.js';

const area = 'one effect per key';
const types = { authorize: 'captured', capture: 'captured', void: 'voided', refund: 'refunded' } as const;
const kinds = ['authorize', 'capture', 'void', 'refund'] as const;

/** An operation that is sent again under its id answers what the first one came to. */
export const keyChecks: readonly Check[] = [
  ...kinds.map((kind) => ({ area, name: `${kind}: sent again`, run: (kit: Kit) => again(kit, kind) })),
  ...kinds.map((kind) => ({ area, name: `${kind}: sent five times at once`, run: (kit: Kit) => atOnce(kit, kind) })),
  { area, name: 'a decline: sent again', run: declinedAgain },
  { area, name: 'asked after, and never sent', run: neverSent },
  { area, name: 'asked after, it says what the answer said', run: asAnswered },
];

/** An operation of this kind that has not been sent, on a payment that is ready for it. */
async function ready(kit: Kit, kind: AttemptKind): Promise<ProviderAttempt> {
  if (kind === 'authorize') return kit.opening(kit.harness.methods.approved);
  return following(await kit.opened(kind === 'refund' ? 'automatic' : 'manual'), kind);
}

async function again(kit: Kit, kind: AttemptKind): Promise<void> {
  const attempt = await ready(kit, kind);
  const first = settled(await kit.send(attempt), attempt, types[kind]);
  const second = settled(await kit.send(attempt), attempt, types[kind]);
  assert.equal(second.providerEventId, first.providerEventId);
  await assertOneEffect(kit, attempt);
}

/** Some may be told that the first one is under way; nobody may be told anything else. */
async function atOnce(kit: Kit, kind: AttemptKind): Promise<void> {
  const attempt = await ready(kit, kind);
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => kit.send(attempt)));
  const told = outcomes.filter(({ state }) => state !== 'unknown' && state !== 'not_sent');
  const ids = told.map((outcome) => settled(outcome, attempt, types[kind]).providerEventId);
  assert.equal(new Set(ids).size, 1, `${new Set(ids).size} different answers`);
  await assertOneEffect(kit, attempt);
}

async function declinedAgain(kit: Kit): Promise<void> {
  const attempt = kit.opening(kit.harness.methods.declines[0]!.paymentMethod);
  const first = settled(await kit.send(attempt), attempt, 'declined');
  const second = settled(await kit.send(attempt), attempt, 'declined');
  assert.equal(second.providerEventId, first.providerEventId);
}

async function neverSent(kit: Kit): Promise<void> {
  for (const kind of kinds) {
    const attempt = await ready(kit, kind);
    const before = await kit.books(attempt);
    assert.equal((await kit.ask(attempt)).state, 'not_sent', kind);
    assert.deepEqual(await kit.books(attempt), before, `asking after a ${kind} moved money`);
  }
}

async function asAnswered(kit: Kit): Promise<void> {
  for (const kind of kinds) {
    const attempt = await ready(kit, kind);
    const outcome: Outcome = await kit.send(attempt);
    const answered = settled(outcome, attempt, types[kind]);
    const reference = outcome.reference ?? attempt.reference;
    const asked = settled(await kit.ask({ ...attempt, reference }), attempt, types[kind]);
    assert.equal(asked.providerEventId, answered.providerEventId, kind);
    // As when the answer that named the payment was lost.
    if (kind === 'authorize') settled(await kit.ask(attempt), attempt, types[kind]);
  }
}

export async function assertOneEffect(kit: Kit, attempt: ProviderAttempt): Promise<void> {
  const { authorizations, ...amounts } = await kit.books(attempt);
  const effect = amounts[`${types[attempt.kind]}`];
  assert.deepEqual({ authorizations, effect }, { authorizations: 1, effect: AMOUNT });
}
