import { type Check, type Result, resultOf } from './check.js';
import { boundChecks } from './checks/bounds.js';
import { credentialChecks } from './checks/credentials.js';
import { faultChecks } from './checks/faults.js';
import { keyChecks } from './checks/keys.js';
import { outcomeChecks } from './checks/outcomes.js';
import { settlementChecks } from './checks/settlements.js';
import { webhookChecks } from './checks/webhooks.js';
import { versionChecks } from './checks/webhook-versions.js';
import type { ProviderHarness } from './harness.js';
import { Kit } from './kit.js';

/** Everything that is asked of a provider. */
export function checksFor(harness: ProviderHarness): Check[] {
  return [
    ...outcomeChecks(harness),
    ...keyChecks,
    ...faultChecks,
    ...boundChecks,
    ...webhookChecks,
    ...versionChecks,
    ...settlementChecks,
    ...credentialChecks,
  ];
}

/** Runs all checks, one after the other: a fault that is armed is for the next call. */
export async function verify(harness: ProviderHarness, tell: (result: Result) => void): Promise<readonly Result[]> {
  const kit = new Kit(harness);
  const results: Result[] = [];
  for (const check of checksFor(harness)) {
    const result = await resultOf(check, kit);
    results.push(result);
    tell(result);
  }
  return results;
}
