import { backupSettings } from '../backup/index.js';
import { type CommandSettings, readCommandSettings } from '../platform/config/index.js';
import { type Shop, withDirectory } from '../platform/database/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused } from '../platform/process/index.js';

type Settings = CommandSettings<ReturnType<typeof backupSettings.settings>>;

/** @throws CommandRefused when there is no such shop */
export async function findShop(url: string, slug: string): Promise<Shop> {
  const shop = await withDirectory(url, (directory) => directory.find(slug));
  if (!shop) throw new CommandRefused(`There is no shop ${slug}: till shops list shows them.`);
  return shop;
}

/** @throws CommandRefused where the command line names one shop */
export function readTransferSettings(): Settings {
  const settings = readCommandSettings(process.env, backupSettings);
  if (settings.shop === undefined) return settings;
  throw new CommandRefused(
    `Name the shop as an argument: run this without SHOP and --shop, which say ${settings.shop}.`,
  );
}

/** How the steps of a transfer are reported: as lines of the log, on standard error. */
export function courseOf({ logLevel }: Settings, shop: string) {
  const logger = createLogger(logLevel, stderr());
  return { report: (step: string, progress: object) => logger.info({ shop, ...progress }, step) };
}

export function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
