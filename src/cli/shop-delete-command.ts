import type { Command } from 'commander';
import { DEFAULT_SHOP, loadDatabaseUrls, redisPrefixOf } from '../platform/config/index.js';
import { deleteShop } from '../platform/database/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused } from '../platform/process/index.js';
import { removeKeys } from '../platform/redis/index.js';
import { environmentOfCommand } from '../hosted-shops.js';
import { loadConfig } from '../settings.js';

const ABOUT = `
Export the shop first. Whoever sells has to keep books, invoices and what explains them for years (6 to 10 in most countries of the EU and in the
United Kingdom), also after a shop has closed, and so its file of till shops export, the identity that opens it, and ENCRYPTION_KEYS.
Only a suspended shop is deleted, and only when none of its apis, workers and migrations is connected to the database: PostgreSQL knows them by
application_name, "till shop_<slug>". Interrupted, it goes on when it is repeated.
It removes the schema, the row of the directory, and all keys that begin with till:shop:<slug>: in Redis. It leaves alone: exported files and backups,
mails (.till/mail-<slug>), the role and its right to read the directory, settings of the shop, the exchange till.events.<slug> of RabbitMQ,
and everything at payment providers.`;

/** `till shops delete`. */
export function addShopDeleteCommand(shops: Command): void {
  shops
    .command('delete <slug>')
    .description(
      'delete a suspended shop with all its orders and books, for good, and print it; safe to interrupt and to repeat',
    )
    .requiredOption('--confirm <slug>', 'the slug once more')
    .addHelpText('after', ABOUT)
    .action(remove);
}

async function remove(slug: string, { confirm }: { readonly confirm: string }): Promise<void> {
  const { shop, migrationUrl } = loadDatabaseUrls(process.env);
  if (shop !== undefined) throw new CommandRefused(`Name the shop as an argument: run this without SHOP and --shop.`);
  if (slug === DEFAULT_SHOP) throw new CommandRefused("The default shop can't be deleted: drop the database.");
  if (confirm !== slug) {
    throw new CommandRefused(`--confirm says ${confirm}, and the shop to delete is ${slug}: nothing was deleted.`);
  }
  const { redis, logLevel } = loadConfig({ ...environmentOfCommand({ ...process.env, SHOP: slug }), SHOP: undefined });
  const logger = createLogger(logLevel, stderr());
  let keys = 0;
  const deleted = await deleteShop(migrationUrl, slug, async () => {
    logger.info({ shop: slug }, 'removing its keys from Redis');
    await removeKeys(redis, redisPrefixOf(slug), (removed) => {
      keys = removed;
      logger.info({ shop: slug, keys }, 'removed keys from Redis');
    });
    logger.info({ shop: slug }, 'dropping its schema');
  });
  process.stdout.write(`${JSON.stringify({ deleted, keys, leftAlone: leftAlone(slug, deleted.role) })}\n`);
}

function leftAlone(slug: string, role: string | null): string[] {
  return [
    'exported files and backups',
    `mails in .till/mail-${slug} or MAIL_DIRECTORY`,
    ...(role === null ? [] : [`the role ${role}`]),
    'settings of the shop',
    `the exchange till.events.${slug} of RabbitMQ`,
    'payments and webhooks at payment providers',
  ];
}
