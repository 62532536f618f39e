import type { Command } from 'commander';
import { DEFAULT_SHOP, loadDatabaseUrls } from '../platform/config/index.js';
import { moveShop } from '../platform/database/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused, interruptible } from '../platform/process/index.js';

const ABOUT = `
The shop sells meanwhile: its writes wait for a moment, its reads don't. Only in a Citus cluster (DATABASE_CITUS=on), through its coordinator, as the user of
MIGRATION_DATABASE_URL, or of DATABASE_URL where that is not set. Both nodes need wal_level = logical, and the new one room for the shop.
Interrupted or failed, the shop is where it was; what was copied is removed at once, or by the next move. No backup, export, deletion or migration of the
shop runs meanwhile. The default shop is on the coordinator, and stays there.`;

/** `till shops move`. */
export function addShopMoveCommand(shops: Command): void {
  shops
    .command('move <slug>')
    .description(
      'move a shop to another node of the Citus cluster while it sells, and print how; safe to interrupt and to repeat',
    )
    .requiredOption('--to <node>', 'the new node: host:port, or the host where it has one node')
    .addHelpText('after', ABOUT)
    .action(move);
}

async function move(slug: string, { to }: { readonly to: string }): Promise<void> {
  const { shop, migrationUrl, logLevel } = loadDatabaseUrls(process.env);
  if (shop !== undefined) throw new CommandRefused('Name the shop as an argument: run this without SHOP and --shop.');
  if (slug === DEFAULT_SHOP) throw new CommandRefused('The default shop stays on the coordinator.');
  const logger = createLogger(logLevel, stderr());
  const began = performance.now();
  const report = (step: string) => logger.info({ shop: slug }, step);
  const moved = await interruptible((signal) => moveShop(migrationUrl, slug, to, { report, signal }));
  const seconds = Math.round(performance.now() - began) / 1000;
  process.stdout.write(`${JSON.stringify({ ...moved, seconds })}\n`);
}
