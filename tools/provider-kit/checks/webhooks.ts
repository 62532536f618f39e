import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderEvent } from '../../../src/payments/domain/payment-reducer.js';
import type {
  ProviderAttempt,
  ProviderNotification,
  ProviderWebhooks,
} from '../../../src/payments/providers/provider.js';
import { WebhookRefused, WebhookUnreadable } from '../../../src/payments/providers/webhook.errors.js';
import type { Check } from '../check.js';
import type { ReceivedWebhook, WebhookHarness } from '../harness.js';
import { AMOUNT, following, type Kit, needed, settled } from '../kit.js';

const area = 'webhooks';
const WAIT_MS = 3000;

/** Who sent them is certain, and they say what the answers said, however often and in whatever order they come. */
export const webhookChecks: readonly Check[] = [
  { area, name: 'signed as sent: taken', run: (kit) => signedBy(kit, 'first') },
  { area, name: 'signed with another secret in use: taken', run: (kit) => signedBy(kit, 'second') },
  { area, name: 'signed with a wrong secret: refused', run: (kit) => tampered(kit, sign('wrong', 0)) },
  { area, name: '299 s old: taken', run: (kit) => aged(kit, 299) },
  { area, name: '301 s old: refused', run: (kit) => tampered(kit, sign('first', 301)) },
  { area, name: 'one byte altered: refused', run: (kit) => tampered(kit, altered) },
  { area, name: 'written in other bytes: refused', run: (kit) => tampered(kit, rewritten) },
  { area, name: 'without a signature: refused', run: (kit) => tampered(kit, ({ raw }) => ({ raw, headers: {} })) },
  { area, name: 'a body that says nothing: unreadable', run: unreadable },
  { area, name: 'the same ids as in the answers', run: sameAsAnswers },
  { area, name: 'a decline, the same id as in the answer', run: declineAsAnswered },
  { area, name: 'read twice, or backwards: the same notices', run: anyOrder },
  { area, name: 'a refund whose money comes back: told', run: reversed },
];

type Change = (webhook: ReceivedWebhook, harness: WebhookHarness) => ReceivedWebhook;

interface Story {
  readonly webhooks: ProviderWebhooks;
  readonly harness: WebhookHarness;
  readonly received: readonly ReceivedWebhook[];
  readonly answered: readonly ProviderEvent[];
}

export function both(kit: Kit): Pick<Story, 'webhooks' | 'harness'> {
  return {
    webhooks: needed(kit.provider.webhooks, 'it sends none'),
    harness: needed(kit.harness.webhooks, 'they are not at hand here'),
  };
}

/** A payment that was authorised, captured and in part refunded, and the webhooks about it. */
async function story(kit: Kit): Promise<Story> {
  const { webhooks, harness } = both(kit);
  const { methods } = kit.harness;
  const opening = kit.opening(methods.told ?? methods.approved, 'manual');
  const opened = await kit.send(opening);
  const answered = [settled(opened, opening, 'authorized')];
  const payment = { ...opening, reference: opened.reference ?? null };
  for (const [kind, type] of [
    ['capture', 'captured'],
    ['refund', 'refunded'],
  ] as const) {
    const attempt = following(
      payment,
      kind,
      kit.provider.capabilities.partialRefunds && kind === 'refund' ? 300 : AMOUNT,
    );
    answered.push(settled(await kit.send(attempt), attempt, type));
  }
  return { webhooks, harness, answered, received: await told(harness, webhooks, opening, answered) };
}

/** Waits until the webhooks have told all that the answers did. */
export async function told(
  harness: WebhookHarness,
  webhooks: ProviderWebhooks,
  { paymentId }: ProviderAttempt,
  answered: readonly ProviderEvent[],
): Promise<readonly ReceivedWebhook[]> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const received = await harness.about(paymentId);
    const ids = new Set(noticesIn(webhooks, received).map(({ providerEventId }) => providerEventId));
    const missing = answered.filter(({ providerEventId }) => !ids.has(providerEventId));
    if (missing.length === 0) return received;
    assert.ok(
      performance.now() < deadline,
      `no webhook tells of ${missing.map(({ providerEventId }) => providerEventId).join(', ')}`,
    );
    await delay(20);
  }
}

function noticesIn(webhooks: ProviderWebhooks, received: readonly ReceivedWebhook[]): ProviderNotification[] {
  return received.flatMap(({ raw }) => [...webhooks.parse(raw).notifications]);
}

async function signedBy(kit: Kit, secret: 'first' | 'second'): Promise<void> {
  const { webhooks, harness, received } = await story(kit);
  for (const { raw, headers } of received) {
    webhooks.verify(raw, headers, new Date());
    webhooks.verify(raw, harness.sign(raw, secret, new Date()), new Date());
  }
}

async function aged(kit: Kit, seconds: number): Promise<void> {
  const { webhooks, harness, received } = await story(kit);
  const now = new Date();
  const headers = harness.sign(received[0]!.raw, 'first', new Date(now.getTime() - seconds * 1000));
  webhooks.verify(received[0]!.raw, headers, now);
}

async function tampered(kit: Kit, change: Change): Promise<void> {
  const { webhooks, harness, received } = await story(kit);
  for (const webhook of received) {
    const { raw, headers } = change(webhook, harness);
    assert.throws(() => webhooks.verify(raw, headers, new Date()), WebhookRefused);
  }
}

function sign(secret: 'first' | 'wrong', secondsAgo: number): Change {
  return ({ raw }, harness) => ({ raw, headers: harness.sign(raw, secret, new Date(Date.now() - secondsAgo * 1000)) });
}

function altered({ raw, headers }: ReceivedWebhook): ReceivedWebhook {
  const other = Buffer.from(raw);
  other[Math.floor(other.length / 2)]! ^= 1;
  return { raw: other, headers };
}

/** The same to whoever reads it; a signature is over bytes. */
function rewritten({ raw, headers }: ReceivedWebhook): ReceivedWebhook {
  return { raw: Buffer.concat([raw, Buffer.from('\n')]), headers };
}

async function unreadable(kit: Kit): Promise<void> {
  const { webhooks } = both(kit);
  for (const body of ['', '{', '<', 'null', '[]', '{}']) {
    assert.throws(() => webhooks.parse(Buffer.from(body)), WebhookUnreadable, `it reads ${body || 'nothing'}`);
  }
}

async function sameAsAnswers(kit: Kit): Promise<void> {
  const { webhooks, received, answered } = await story(kit);
  const notifications = noticesIn(webhooks, received);
  for (const { providerEventId, attemptId, type, amount, currency } of answered) {
    const notification = notifications.find((one) => one.providerEventId === providerEventId)!;
    const { attemptId: by, type: kind, amount: of, currency: unit } = notification;
    assert.deepEqual([by, kind, of, unit], [attemptId, type, amount, currency]);
  }
  const ours = notifications
    .filter(({ attemptId }) => attemptId !== null)
    .map(({ providerEventId }) => providerEventId);
  assert.deepEqual([...new Set(ours)].toSorted(), answered.map(({ providerEventId }) => providerEventId).toSorted());
}

async function declineAsAnswered(kit: Kit): Promise<void> {
  const { webhooks, harness } = both(kit);
  const { declines, told: tellsAll } = kit.harness.methods;
  const method = needed(tellsAll === undefined ? declines[0] : undefined, 'its declines are not told').paymentMethod;
  const attempt = kit.opening(method);
  await told(harness, webhooks, attempt, [settled(await kit.send(attempt), attempt, 'declined')]);
}

async function reversed(kit: Kit): Promise<void> {
  const { webhooks, harness } = both(kit);
  needed(kit.harness.reverseRefunds, 'no refund fails after it succeeded');
  const { refundReturns, approved } = kit.harness.methods;
  const payment = await kit.opened('automatic', refundReturns ?? approved);
  const refund = following(payment, 'refund');
  const refunded = settled(await kit.send(refund), refund, 'refunded');
  await kit.harness.reverseRefunds!(refund.paymentId);
  const notices = noticesIn(webhooks, await harness.about(refund.paymentId));
  const ends = new Map(
    notices.filter(({ type }) => type === 'refund_reversed').map((notice) => [notice.providerEventId, notice]),
  );
  assert.deepEqual(
    [...ends.values()].map(({ attemptId, amount, currency }) => [attemptId, amount, currency]),
    [[refund.id, AMOUNT, refund.currency]],
  );
  assert.ok(!ends.has(refunded.providerEventId), 'the end of the refund has the id of its success');
}

async function anyOrder(kit: Kit): Promise<void> {
  const { webhooks, received } = await story(kit);
  const once = noticesIn(webhooks, received);
  assert.deepEqual(noticesIn(webhooks, received), once);
  const backwards = noticesIn(webhooks, received.toReversed());
  assert.deepEqual(idsOf(backwards), idsOf(once));
  const messages = received.map(({ raw }) => webhooks.parse(raw).id);
  assert.equal(new Set(messages).size, messages.length, 'two webhooks have one id');
}

function idsOf(notifications: readonly ProviderNotification[]): string[] {
  return [...new Set(notifications.map(({ providerEventId }) => providerEventId))].toSorted();
}
