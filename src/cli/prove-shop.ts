import { verificationOf } from '../ledger/index.js';
import { PaymentsCliModule } from '../payments/index.js';
import { runCommand } from '../platform/process/index.js';
import { ProofRunner, type Report } from '../platform/proof/index.js';
import { environmentOfCommand } from '../hosted-shops.js';
import { loadConfig } from '../settings.js';

/** The settings of this environment for a shop of the database at `url`. @throws what lists all that is wrong with them */
export function settingsOfShop(url: string, shop: string) {
  const own = environmentOfCommand({ ...process.env, SHOP: shop });
  return loadConfig({ ...own, SHOP: shop, DATABASE_URL: url, DATABASE_URL_FILE: undefined });
}

/** Recomputes the whole proof of a shop of the database at `url`, and returns what `till ledger verify` prints. */
export async function proveShop(url: string, shop: string, report?: Report) {
  const config = settingsOfShop(url, shop);
  const proof = await runCommand(PaymentsCliModule, config, ProofRunner, (runner) => runner.run(true, report));
  return verificationOf(proof) as { readonly intact: boolean; readonly failed: readonly object[] };
}
