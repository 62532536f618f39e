import { strict as assert } from 'node:assert';
import type { ProviderAttempt, SettlementLine } from '../../../src/payments/providers/provider.js';
import { effectsOf } from '../../../src/payments/domain/statement-sum.js';
import type { Check } from '../check.js';
import { AMOUNT, following, type Kit, needed, settled } from '../kit.js';

const area = 'settlements';
const HOUR_MS = 3_600_000;

/** The provider's statement agrees with what was done. */
export const settlementChecks: readonly Check[] = [
  { area, name: 'captures and refunds, each once and in full', run: agrees },
  { area, name: 'a refund whose money came back, as a line of its own', run: returned },
  { area, name: 'nothing of what moved no money', run: silent },
  { area, name: 'nothing outside the range', run: elsewhere },
  { area, name: 'a movement of an unknown kind, by its name', run: unknownKind },
  { area, name: 'money in another currency, with its conversion', run: converted },
  { area, name: 'what others do on the account: told apart', run: ofOthers },
];

/** @throws NotApplicable */
async function statement(kit: Kit, from = -HOUR_MS, to = HOUR_MS): Promise<readonly SettlementLine[]> {
  const { provider } = kit;
  needed(provider.listSettlements, 'it has no statement');
  const range = { from: new Date(Date.now() + from), to: new Date(Date.now() + to) };
  const { lines, totals } = await provider.listSettlements!(range, AbortSignal.timeout(10_000));
  const sums = effectsOf(lines);
  for (const currency of new Set([...sums.keys(), ...totals.keys()]))
    assert.equal(sums.get(currency) ?? 0, totals.get(currency) ?? 0, `its lines are not its total in ${currency}`);
  return lines;
}

function about(
  lines: readonly SettlementLine[],
  payment: ProviderAttempt,
  own: readonly string[],
): readonly SettlementLine[] {
  return lines.filter(
    ({ reference, attemptId }) =>
      (payment.reference !== null && reference === payment.reference) ||
      (attemptId !== null && own.includes(attemptId)),
  );
}

async function agrees(kit: Kit): Promise<void> {
  await statement(kit);
  const payment = await kit.opened('manual');
  const capture = following(payment, 'capture');
  const refund = following(payment, 'refund', kit.provider.capabilities.partialRefunds ? 300 : AMOUNT);
  settled(await kit.send(capture), capture, 'captured');
  settled(await kit.send(refund), refund, 'refunded');
  const all = await statement(kit);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length, 'two lines have one id');
  assert.ok(
    all.every(({ amount }) => Number.isSafeInteger(amount) && amount >= 0),
    'an amount is no whole number',
  );
  const lines = about(all, payment, [capture.id, refund.id]).filter(({ kind }) => kind !== 'fee');
  assert.deepEqual(lines.map(({ kind, amount, currency }) => `${kind} ${amount} ${currency}`).toSorted(), [
    `capture ${AMOUNT} ${payment.currency}`,
    `refund ${refund.amount} ${payment.currency}`,
  ]);
  // One that is known by its payment alone names no attempt; none may name another.
  const named = Object.fromEntries(lines.map(({ kind, attemptId }) => [kind, attemptId]));
  assert.ok([capture.id, null].includes(named['capture']!), 'the capture names another attempt');
  assert.ok([refund.id, null].includes(named['refund']!), 'the refund names another attempt');
}

async function returned(kit: Kit): Promise<void> {
  await statement(kit);
  const { harness } = kit;
  needed(harness.reverseRefunds, 'no refund fails after it succeeded');
  const { refundReturns, approved } = harness.methods;
  const payment = await kit.opened('automatic', refundReturns ?? approved);
  const refund = following(payment, 'refund');
  settled(await kit.send(refund), refund, 'refunded');
  await harness.reverseRefunds!(refund.paymentId);
  const lines = about(await statement(kit), payment, [refund.id]).filter(({ kind }) => kind === 'refund_reversal');
  assert.deepEqual(
    lines.map(({ amount, currency }) => `${amount} ${currency}`),
    [`${AMOUNT} ${payment.currency}`],
  );
  assert.ok([refund.id, null].includes(lines[0]!.attemptId), 'the line names another attempt');
}

async function silent(kit: Kit): Promise<void> {
  const held = await kit.opened('manual');
  const gone = following(held, 'void');
  settled(await kit.send(gone), gone, 'voided');
  const declined = kit.opening(kit.harness.methods.declines[0]!.paymentMethod);
  const { reference } = await kit.send(declined);
  const lines = await statement(kit);
  assert.deepEqual(about(lines, held, [held.id, gone.id]), []);
  assert.deepEqual(about(lines, { ...declined, reference: reference ?? null }, [declined.id]), []);
}

async function elsewhere(kit: Kit): Promise<void> {
  await kit.opened('automatic');
  assert.deepEqual(await statement(kit, -48 * HOUR_MS, -24 * HOUR_MS), []);
}

async function unknownKind(kit: Kit): Promise<void> {
  await statement(kit);
  needed(kit.harness.moveUnknown, 'its statement has no kind that Till does not know');
  const { type, amount, currency } = await kit.harness.moveUnknown!();
  const lines = (await statement(kit)).filter((line) => line.type === type);
  assert.deepEqual(
    lines.map(({ kind, amount: of, currency: unit }) => `${kind} ${of} ${unit}`),
    [`other_debit ${amount} ${currency}`],
  );
}

async function converted(kit: Kit): Promise<void> {
  await statement(kit);
  needed(kit.harness.settleIn, 'it settles in the currency of the payment');
  const currency = kit.harness.currency === 'GBP' ? 'CHF' : 'GBP';
  await kit.harness.settleIn!({ currency, rate: 0.8 });
  const payment = await kit.opened('automatic');
  await kit.harness.settleIn!(undefined);
  const lines = about(await statement(kit), payment, [payment.id]).filter(({ kind }) => kind !== 'fee');
  assert.deepEqual(
    lines.map(({ kind, amount, currency: unit }) => `${kind} ${amount} ${unit}`),
    [
      `capture ${AMOUNT} ${payment.currency}`,
      `conversion_out ${AMOUNT} ${payment.currency}`,
      `conversion_in 800 ${currency}`,
    ],
  );
  assert.ok(
    lines.filter(({ kind }) => kind.startsWith('conversion')).every(({ rate }) => rate === 0.8),
    'a conversion has no rate',
  );
}

const soon = () => AbortSignal.timeout(10_000);

async function ofOthers(kit: Kit): Promise<void> {
  const { provider, harness } = kit;
  needed(provider.isOurs, 'nobody else can use the account');
  needed(harness.payAsAnother, 'nobody else is at hand here');
  const { reference } = await kit.opened('automatic');
  assert.equal(await provider.isOurs!(reference!, soon()), true, 'it does not know its own payment');
  assert.equal(
    await provider.isOurs!(await harness.payAsAnother!(), soon()),
    false,
    'it takes a payment of others for its own',
  );
}
