import { strict as assert } from 'node:assert';
import type { Check } from '../check.js';
import { following, type Kit, needed, settled } from '../kit.js';

const area = 'revoked key';

/** Nothing happens under credentials that the service refuses, and the provider says why. */
export const credentialChecks: readonly Check[] = [
  { area, name: 'nothing is sent, and the reason is said', run: refuses },
  { area, name: 'asked after, what was done before stays unknown', run: asks },
];

async function refuses(kit: Kit): Promise<void> {
  const attempt = kit.opening(kit.harness.methods.approved);
  await whileRevoked(kit, async () => {
    assert.deepEqual(await kit.send(attempt), { state: 'not_sent', trouble: 'credentials_refused' });
  });
  assert.equal((await kit.books(attempt)).authorizations, 0);
  settled(await kit.send(attempt), attempt, 'captured');
}

async function asks(kit: Kit): Promise<void> {
  const payment = await kit.opened('manual');
  const capture = following(payment, 'capture');
  settled(await kit.send(capture), capture, 'captured');
  await whileRevoked(kit, async () => {
    assert.deepEqual(await kit.ask(capture), { state: 'unknown', trouble: 'credentials_refused' });
  });
  settled(await kit.ask(capture), capture, 'captured');
}

async function whileRevoked(kit: Kit, work: () => Promise<void>): Promise<void> {
  const revoke = needed(kit.harness.revoke, 'it has no credentials');
  const restore = await revoke();
  try {
    await work();
  } finally {
    await restore();
  }
}
