import { sandboxInShop } from '../payments/index.js';
import { DEFAULT_SHOP } from '../platform/config/index.js';
import {
  explainDatabase,
  type MigratedShop,
  MigrationRefused,
  migrateShops,
  type MigrateShopsOptions,
} from '../platform/database/index.js';
import { type createLogger, reasonOf } from '../platform/logging/index.js';
import { CommandRefused } from '../platform/process/index.js';

type Line = ReturnType<typeof createLogger>;

/**
 * Migrates all shops but the default one, and logs what becomes of each and of all.
 * @throws CommandRefused with the shops that were not migrated; the reason of the signal when it aborted
 */
export async function migrateAllShops(
  url: string,
  options: Omit<MigrateShopsOptions, 'report' | 'done'>,
  logger: Line,
): Promise<void> {
  const began = performance.now();
  const { signal } = options;
  const results = await migrateShops(url, {
    ...options,
    adapt: sandboxInShop,
    report: (message, shop) => logger.info({ shop }, message),
    done: (result) => logResult(result, logger, signal),
  });
  if (results.length === 0) return;
  const failed = results.filter(({ failure }) => failure !== undefined);
  const migrated = results.filter(({ ran }) => ran.length > 0).length;
  const unchanged = results.length - migrated - failed.length;
  const seconds = Math.round(performance.now() - began) / 1000;
  const counts = { shops: results.length, migrated, unchanged, remaining: failed.length };
  logger.info({ ...counts, seconds }, `all shops beside the ${DEFAULT_SHOP} one`);
  if (signal?.aborted) logger.warn(`interrupted; these shops remain: ${failed.map(({ shop }) => shop).join(', ')}`);
  signal?.throwIfAborted();
  assertNone(failed);
}

/** Where the command was interrupted, a shop that ended early has not failed. */
function logResult({ shop, ran, failure }: MigratedShop, logger: Line, signal: AbortSignal | undefined): void {
  if (failure === undefined) logger.info({ shop, ran }, ran.length > 0 ? 'migrated' : 'nothing to migrate');
  else if (signal?.aborted && failure === signal.reason) logger.info({ shop }, 'interrupted');
  else logger.error({ shop, err: failure }, 'not migrated');
}

function assertNone(failed: readonly MigratedShop[]): void {
  if (failed.length === 0) return;
  const reasons = failed.map(({ shop, failure }) => `${shop}: ${inWords(failure)}`);
  throw new CommandRefused(
    `These shops were not migrated; repeat till migrate, which goes on where it stopped.\n${reasons.join('\n')}`,
  );
}

function inWords(failure: unknown): string {
  if (failure instanceof MigrationRefused) return failure.message;
  return explainDatabase(failure) ?? reasonOf(failure);
}
