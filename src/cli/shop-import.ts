import { endAccessOfCopy } from '../auth/index.js';
import { connect, importShop, secondsSince } from '../backup/index.js';
import { sandboxInShop } from '../payments/index.js';
import { DEFAULT_SHOP, inSchema, schemaOf } from '../platform/config/index.js';
import { admitToDirectory, assertSlug, endImport, loadMigrations, migrateShop } from '../platform/database/index.js';
import { Encryption, type StoredSecret } from '../platform/encryption/index.js';
import { CommandRefused, interruptible } from '../platform/process/index.js';
import { proveShop, settingsOfShop } from './prove-shop.js';
import { courseOf, findShop, print, readTransferSettings } from './shop-transfer.js';

export interface ImportOptions {
  readonly slug?: string;
  readonly role?: string;
}

/** `till shops import`: loads a shop, migrates it and proves its books; a repeat with the same file goes on where it stopped. */
export async function importFrom(file: string, { slug: wanted, role }: ImportOptions): Promise<void> {
  if (wanted !== undefined) assertSlug(wanted);
  const settings = readTransferSettings();
  const began = performance.now();
  const { migrationUrl: url, own } = settings;
  const encryption = new Encryption(settingsOfShop(url, wanted ?? DEFAULT_SHOP));
  const checks = {
    migrations: (await loadMigrations()).map(({ name }) => name),
    decrypt: ({ place, text }: StoredSecret) => encryption.decrypt(text, place),
  };
  const target = { url, slug: wanted, role: role ?? settings.runningRole ?? null };
  const course = courseOf(settings, wanted ?? file);
  const { header, slug, continued } = await interruptible(async (signal) => {
    const imported = await importShop(file, target, own, checks, { ...course, signal });
    signal.throwIfAborted();
    return imported;
  });
  const migrated = await migrateShop(url, await findShop(url, slug), {
    report: (step) => course.report(step, {}),
    adapt: sandboxInShop,
  });
  const ended = slug === header.slug ? undefined : await endAccess(inSchema(url, schemaOf(slug)));
  const proof = await proveShop(url, slug, ({ name, holds }, { done, of }) =>
    course.report('proving the books', { rule: name, holds, done, of }),
  );
  const result = { id: header.id, slug, continued, migrated, rows: header.rows, ...(ended && { ended }) };
  print({ ...result, ledger: header.ledger, proof, seconds: secondsSince(began) });
  if (!proof.intact) throw new CommandRefused(doesNotHold(slug));
  if (settings.runningRole !== undefined) await admitToDirectory(url, settings.runningRole);
  await endImport(url, slug);
}

/** Ends what would open the original and its copy alike. */
async function endAccess(url: string) {
  const client = await connect(url);
  try {
    return await endAccessOfCopy(async (sql) => (await client.query(sql)).rowCount ?? 0);
  } finally {
    await client.end();
  }
}

function doesNotHold(slug: string): string {
  return `The books of ${slug} do not hold: docs/proof.md explains each rule. The shop stays suspended; till shops delete removes it.`;
}
