import { strict as assert } from 'node:assert';
import type { ProviderNotification, ProviderWebhooks } from '../../../src/payments/providers/provider.js';
import type { Check } from '../check.js';
import { following, type Kit, needed, settled } from '../kit.js';
import { both, told } from './webhooks.js';

const area = 'webhooks';
const NONE = 'its webhooks have no versions';

/** Endpoints keep the version with which they were made, for years. */
export const versionChecks: readonly Check[] = [
  { area, name: 'in an older version: the same notices', run: older },
  { area, name: 'in a version that is not supported: said, not ignored', run: unsupported },
];

/** An authorization that was voided: both are told of by webhooks. */
async function voided(kit: Kit) {
  const { webhooks, harness } = both(kit);
  const versions = needed(harness.versions, NONE);
  const { methods } = kit.harness;
  const payment = await kit.opened('manual', methods.told ?? methods.approved);
  const gone = following(payment, 'void');
  const answered = [settled(await kit.send(gone), gone, 'voided')];
  return { webhooks, versions, received: await told(harness, webhooks, payment, answered) };
}

async function older(kit: Kit): Promise<void> {
  const { webhooks, versions, received } = await voided(kit);
  // The last one: what is asked of the provider is its state now.
  const { raw } = received.at(-1)!;
  const now = webhooks.parse(raw).notifications;
  assert.ok(now.length > 0, 'the last webhook says nothing');
  assert.deepEqual(named(await readAll(webhooks, versions.older(raw))), named(now));
}

async function unsupported(kit: Kit): Promise<void> {
  const { webhooks, versions, received } = await voided(kit);
  const { unsupported: why, notifications } = webhooks.parse(versions.unsupported(received.at(-1)!.raw));
  assert.deepEqual(notifications, []);
  assert.ok(why, 'nobody says that it is not supported');
}

async function readAll(webhooks: ProviderWebhooks, raw: Buffer): Promise<readonly ProviderNotification[]> {
  const { notifications, toAsk } = webhooks.parse(raw);
  return toAsk ? webhooks.ask!(toAsk, AbortSignal.timeout(10_000)) : notifications;
}

const named = (notifications: readonly ProviderNotification[]) =>
  notifications.map(({ providerEventId, type, amount }) => `${providerEventId} ${type} ${amount}`);
