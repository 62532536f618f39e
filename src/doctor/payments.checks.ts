import { type Config } from '../platform/config/index.js';
import { migrationState } from '../platform/database/index.js';
import { providerSettings, unreachablePayments } from '../payments/index.js';
import { withClient } from './database.checks.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'open payments';

/** Payments that can't be finished because their provider is not configured. Finds nothing if the database can't be read. */
export async function checkPayments(config: Config): Promise<Finding[]> {
  try {
    return await withClient(config.database.url, async (client) => {
      const query = async (sql: string, values?: unknown[]) => (await client.query(sql, values)).rows;
      if (!['current', 'newer'].includes(await migrationState(query))) return [];
      const found = await unreachablePayments(query, config.of(providerSettings).configured);
      if (found.length === 0) return [fine(about, 'none waits for a provider that is not configured')];
      return found.map(({ provider, payments }) =>
        problem(
          about,
          `${payments} wait for ${provider}, which is not configured: they can't be captured, voided or refunded`,
          `Configure ${provider} again. Unless PAYMENT_PROVIDERS lists it, it takes no new payments.`,
        ),
      );
    });
  } catch {
    return []; // checkDatabase reports the same error
  }
}
