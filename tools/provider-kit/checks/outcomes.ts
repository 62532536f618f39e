import { strict as assert } from 'node:assert';
import type { Check } from '../check.js';
import type { KnownDecline, ProviderHarness } from '../harness.js';
import { AMOUNT, type Kit, needed, PATIENCE_MS, settled } from '../kit.js';

const area = 'outcomes';
/** As long as one may be, with every kind of sign that one may have. */
const DESCRIPTOR = 'Mugs & Co. #1001, (2)+';
const untouched = { authorizations: 0, authorized: 0, captured: 0, voided: 0, refunded: 0 };

/** What an operation may come to, and that the service's own books agree. */
export function outcomeChecks({ methods }: ProviderHarness): Check[] {
  return [
    { area, name: 'approved and captured at once', run: (kit) => approved(kit, 'automatic') },
    { area, name: 'approved and held', run: (kit) => approved(kit, 'manual') },
    ...methods.declines.map((known) => ({
      area,
      name: `declined: ${known.paymentMethod}`,
      run: (kit: Kit) => declined(kit, known),
    })),
    { area, name: 'needs the shopper, who approves', run: (kit) => challenged(kit, 'approve') },
    { area, name: 'needs the shopper, who refuses', run: (kit) => challenged(kit, 'refuse') },
    { area, name: 'pending, decided later', run: pending },
    { area, name: 'a voucher: what to show and until when, paid later', run: voucher },
    { area, name: 'a voucher that nobody needs any more: cancelled', run: abandoned },
    { area, name: 'a voucher that was paid before it is cancelled: paid', run: abandonedTooLate },
    { area, name: 'needs what nobody can hand on: not offered', run: notOffered },
    { area, name: 'the statement descriptor arrives, also when the call is repeated', run: describes },
    { area, name: 'no statement descriptor is made up', run: describesNothing },
  ];
}

async function approved(kit: Kit, capture: 'automatic' | 'manual'): Promise<void> {
  const payment = await kit.opened(capture);
  const captured = capture === 'automatic' ? AMOUNT : 0;
  assert.deepEqual(await kit.books(payment), { ...untouched, authorizations: 1, authorized: AMOUNT, captured });
}

async function declined(kit: Kit, { paymentMethod, code, retryable }: KnownDecline): Promise<void> {
  const attempt = kit.opening(paymentMethod);
  const event = settled(await kit.send(attempt), attempt, 'declined');
  assert.deepEqual(event.decline, { code, retryable });
  assert.deepEqual(await kit.books(attempt), untouched);
}

async function challenged(kit: Kit, decision: 'approve' | 'refuse'): Promise<void> {
  const attempt = kit.opening(needed(kit.harness.methods.requiresAction, 'it asks nothing of shoppers'));
  const shopper = needed(kit.harness.shopper, 'its page is not at hand here');
  const outcome = await kit.send(attempt);
  assert.equal(outcome.state, 'requires_action');
  const { url = '' } = outcome as Extract<typeof outcome, { state: 'requires_action' }>;
  assert.match(url, /^https?:\/\//);
  const known = { ...attempt, reference: outcome.reference ?? null };
  assert.equal((await kit.ask(known)).state, 'requires_action');
  assert.deepEqual(await kit.books(attempt), untouched);
  await shopper(url, decision);
  settled(await kit.ask(known), attempt, decision === 'approve' ? 'captured' : 'declined');
  assert.equal((await kit.books(attempt)).captured, decision === 'approve' ? AMOUNT : 0);
}

async function voucher(kit: Kit): Promise<void> {
  const attempt = kit.opening(needed(kit.harness.methods.voucher, 'it has no vouchers'));
  const mature = needed(kit.harness.mature, 'its time is not ours to move');
  const outcome = await kit.send(attempt);
  assert.equal(outcome.state, 'requires_action');
  const { display } = outcome as Extract<typeof outcome, { state: 'requires_action' }>;
  assert.ok(display && (display.url ?? Object.keys(display.details).length > 0), 'nothing is to be shown');
  assert.ok(Date.parse(display.expiresAt ?? '') > Date.now(), 'nobody says until when');
  const known = { ...attempt, reference: outcome.reference ?? null };
  assert.deepEqual(await kit.ask(known), outcome);
  assert.deepEqual(await kit.books(attempt), untouched);
  await mature(attempt.paymentId);
  settled(await kit.ask(known), attempt, 'captured');
}

/** A voucher that waits for its shopper. @throws NotApplicable */
async function waitingVoucher(kit: Kit) {
  const { provider, harness } = kit;
  const method = needed(harness.methods.voucher ?? harness.methods.requiresAction, 'it asks nothing of shoppers');
  needed(provider.cancelWaiting, 'it can not cancel what waits for its shopper');
  const attempt = kit.opening(method);
  const outcome = await kit.send(attempt);
  assert.equal(outcome.state, 'requires_action');
  const known = { ...attempt, reference: outcome.reference ?? null };
  return { known, cancel: () => provider.cancelWaiting!(known, AbortSignal.timeout(PATIENCE_MS)) };
}

async function abandoned(kit: Kit): Promise<void> {
  const { known, cancel } = await waitingVoucher(kit);
  const event = settled(await cancel(), known, 'declined');
  assert.equal(settled(await cancel(), known, 'declined').providerEventId, event.providerEventId);
  settled(await kit.ask(known), known, 'declined');
  assert.deepEqual(await kit.books(known), untouched);
}

async function abandonedTooLate(kit: Kit): Promise<void> {
  const { known, cancel } = await waitingVoucher(kit);
  const mature = needed(kit.harness.mature, 'its time is not ours to move');
  await mature(known.paymentId);
  settled(await cancel(), known, 'captured');
  assert.equal((await kit.books(known)).captured, AMOUNT);
}

async function notOffered(kit: Kit): Promise<void> {
  const attempt = kit.opening(needed(kit.harness.methods.notOffered, 'it has no such method'));
  settled(await kit.send(attempt), attempt, 'declined');
  assert.deepEqual(await kit.books(attempt), { ...untouched });
}

async function pending(kit: Kit): Promise<void> {
  const attempt = kit.opening(needed(kit.harness.methods.pending, 'it decides everything at once'));
  const mature = needed(kit.harness.mature, 'its time is not ours to move');
  const outcome = await kit.send(attempt);
  assert.equal(outcome.state, 'pending');
  const known = { ...attempt, reference: outcome.reference ?? null };
  assert.equal((await kit.ask(known)).state, 'pending');
  await mature(attempt.paymentId);
  settled(await kit.ask(known), attempt, 'captured');
  assert.equal((await kit.books(attempt)).captured, AMOUNT);
}

async function describes(kit: Kit): Promise<void> {
  const descriptorOf = needed(kit.harness.statementDescriptor, 'it takes none');
  assert.ok(kit.provider.capabilities.statementDescriptors, 'the service takes one, and the provider says it does not');
  const attempt = kit.opening(kit.harness.methods.approved, 'automatic', DESCRIPTOR);
  for (let call = 1; call <= 2; call += 1) settled(await kit.send(attempt), attempt, 'captured');
  assert.equal(await descriptorOf(attempt.paymentId), DESCRIPTOR);
}

async function describesNothing(kit: Kit): Promise<void> {
  const descriptorOf = needed(kit.harness.statementDescriptor, 'it takes none');
  const { paymentId } = await kit.opened('automatic');
  assert.equal(await descriptorOf(paymentId), null);
}
