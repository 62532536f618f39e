import { strict as assert } from 'node:assert';
import type { AttemptKind } from '../../../src/payments/domain/payment.js';
import type { ProviderEventType } from '../../../src/payments/domain/payment-reducer.js';
import type { ProviderAttempt } from '../../../src/payments/providers/provider.js';
import type { Check } from '../check.js';
import { NotApplicable } from '../not-applicable.js';
import { AMOUNT, following, type Kit, needed, settled } from '../kit.js';

const area = 'bounds';
/** Of what races: one that is lost may be won by chance. */
const ROUNDS = 20;
const failed = { capture: 'capture_failed', void: 'void_failed', refund: 'refund_failed' } as const;

/** No more is captured than was authorised, nor given back than was captured, whatever is asked. */
export const boundChecks: readonly Check[] = [
  { area, name: 'a part is captured', run: capturesPart },
  { area, name: 'several captures, up to what was authorised', run: capturesMany },
  { area, name: 'a second capture, where there is but one', run: capturesOnce },
  { area, name: 'more is captured than authorised', run: (kit) => refuses(kit, 'manual', 'capture', AMOUNT + 1) },
  { area, name: 'what is held is voided', run: voids },
  { area, name: 'a part of what is held is voided', run: voidsPart },
  { area, name: 'captured after it was voided', run: capturesVoided },
  { area, name: 'a capture that the service refuses', run: capturesRefused },
  { area, name: 'voided after it was captured', run: (kit) => refuses(kit, 'automatic', 'void', AMOUNT) },
  { area, name: 'refunded before it was captured', run: (kit) => refuses(kit, 'manual', 'refund', AMOUNT) },
  { area, name: 'more is refunded than captured', run: (kit) => refuses(kit, 'automatic', 'refund', AMOUNT + 1) },
  { area, name: 'several refunds, up to what was captured', run: refundsParts },
  { area, name: 'five full refunds at once', run: refundsAtOnce },
];

async function done(kit: Kit, payment: ProviderAttempt, kind: AttemptKind, amount: number, type: ProviderEventType) {
  const attempt = following(payment, kind, amount);
  settled(await kit.send(attempt), attempt, type);
}

async function capturesPart(kit: Kit): Promise<void> {
  const payment = await kit.opened('manual');
  await done(kit, payment, 'capture', 400, 'captured');
  assert.equal((await kit.books(payment)).captured, 400);
}

async function capturesMany(kit: Kit): Promise<void> {
  if (kit.provider.capabilities.captures === 'one') throw new NotApplicable('it captures once');
  const payment = await kit.opened('manual');
  await done(kit, payment, 'capture', 400, 'captured');
  await done(kit, payment, 'capture', AMOUNT - 400, 'captured');
  await done(kit, payment, 'capture', 1, 'capture_failed');
  assert.equal((await kit.books(payment)).captured, AMOUNT);
}

async function capturesOnce(kit: Kit): Promise<void> {
  if (kit.provider.capabilities.captures === 'many') throw new NotApplicable('it captures several times');
  const payment = await kit.opened('manual');
  await done(kit, payment, 'capture', 400, 'captured');
  await done(kit, payment, 'capture', 100, 'capture_failed');
  assert.equal((await kit.books(payment)).captured, 400);
}

/** The operation fails, as itself and without any trace in the books. */
async function refuses(
  kit: Kit,
  capture: 'automatic' | 'manual',
  kind: keyof typeof failed,
  amount: number,
): Promise<void> {
  const payment = await kit.opened(capture);
  const before = await kit.books(payment);
  await done(kit, payment, kind, amount, failed[kind]);
  assert.deepEqual(await kit.books(payment), before);
}

async function voids(kit: Kit): Promise<void> {
  const payment = await kit.opened('manual');
  await done(kit, payment, 'void', AMOUNT, 'voided');
  const { captured, voided } = await kit.books(payment);
  assert.deepEqual({ captured, voided }, { captured: 0, voided: AMOUNT });
}

async function voidsPart(kit: Kit): Promise<void> {
  if (!kit.provider.capabilities.partialVoids) throw new NotApplicable('it voids all or nothing');
  const payment = await kit.opened('manual');
  await done(kit, payment, 'void', 300, 'voided');
  await done(kit, payment, 'capture', AMOUNT - 299, 'capture_failed');
  await done(kit, payment, 'capture', AMOUNT - 300, 'captured');
  const { captured, voided } = await kit.books(payment);
  assert.deepEqual({ captured, voided }, { captured: AMOUNT - 300, voided: 300 });
}

async function capturesVoided(kit: Kit): Promise<void> {
  const payment = await kit.opened('manual');
  await done(kit, payment, 'void', AMOUNT, 'voided');
  await done(kit, payment, 'capture', AMOUNT, 'capture_failed');
  assert.equal((await kit.books(payment)).captured, 0);
}

async function capturesRefused(kit: Kit): Promise<void> {
  const refuse = needed(kit.harness.refuseCapture, 'it can not be made to');
  const payment = await kit.opened('manual');
  await refuse(payment.paymentId);
  await done(kit, payment, 'capture', AMOUNT, 'capture_failed');
  assert.equal((await kit.books(payment)).captured, 0);
}

async function refundsParts(kit: Kit): Promise<void> {
  if (!kit.provider.capabilities.partialRefunds) throw new NotApplicable('it refunds all or nothing');
  const payment = await kit.opened('automatic');
  await done(kit, payment, 'refund', 300, 'refunded');
  await done(kit, payment, 'refund', AMOUNT - 300, 'refunded');
  await done(kit, payment, 'refund', 1, 'refund_failed');
  assert.equal((await kit.books(payment)).refunded, AMOUNT);
}

async function refundsAtOnce(kit: Kit): Promise<void> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const payment = await kit.opened('automatic');
    const refunds = Array.from({ length: 5 }, () => following(payment, 'refund'));
    const outcomes = await Promise.all(refunds.map((refund) => kit.send(refund)));
    const events = outcomes.flatMap((outcome) => (outcome.state === 'completed' ? outcome.events : []));
    const types = events.map(({ type }) => type);
    assert.equal(types.filter((type) => type === 'refunded').length, 1, `answers: ${types.join(', ')}`);
    assert.equal((await kit.books(payment)).refunded, AMOUNT);
  }
}
