import type { Config } from '../platform/config/index.js';
import { migrationState } from '../platform/database/index.js';
import { keysInUse } from '../platform/encryption/index.js';
import { withClient } from './database.checks.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'encryption keys';

/** Whether the secrets of the database can be decrypted. Finds nothing if the database can't be read. */
export async function checkEncryption(config: Config): Promise<Finding[]> {
  try {
    return await withClient(config.database.url, async (client) => {
      const query = async (sql: string, values?: unknown[]) => (await client.query(sql, values)).rows as unknown[];
      if (!['current', 'newer'].includes(await migrationState(query))) return [];
      return judged(
        await keysInUse(query),
        config.encryptionKeys.map((key) => key.split(':', 1)[0]!),
      );
    });
  } catch {
    return []; // checkDatabase reports the same error
  }
}

function judged(used: ReadonlyMap<string, number>, names: readonly string[]): Finding[] {
  const missing = [...used].filter(([name]) => !names.includes(name));
  if (missing.length > 0)
    return missing.map(([name, secrets]) =>
      problem(about, `${secrets} secrets need the key ${name}, which is not set`, 'Add it to ENCRYPTION_KEYS again.'),
    );
  const [newest] = names;
  if (newest === undefined) return [fine(about, 'none, and nothing needs one')];
  const older = [...used].reduce((sum, [name, secrets]) => sum + (name === newest ? 0 : secrets), 0);
  if (older === 0) return [fine(about, `${newest} encrypts; older keys are not needed`)];
  return [fine(about, `${newest} encrypts; ${older} secrets need older keys until till secrets rotate has run`)];
}
