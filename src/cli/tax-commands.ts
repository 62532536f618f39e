import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandRefused, runCommand } from '../platform/process/index.js';
import { ValidationFailed } from '../shared/errors.js';
import { loadConfig } from '../settings.js';
import { TaxCliModule, TaxImport } from '../tax/index.js';

/** `till tax ...`: keeps the tax rates. */
export function addTaxCommands(program: Command): void {
  program
    .command('tax')
    .description('keep the tax rates')
    .command('import')
    .description('add and update tax zones and rates by a file, and print how many; safe to repeat')
    .argument('<file>', 'a JSON file, such as data/tax-rates.json; docs/tax.md describes it')
    .addHelpText('after', '\nAll of the file or nothing. Orders keep the rates they were placed with.')
    .action(async (file: string) => {
      const content = await readFile(file, 'utf8').catch((error: Error) => {
        throw new CommandRefused(`Cannot read ${file}: ${error.message}`);
      });
      const run = (taxes: TaxImport) => taxes.run(content).catch(refusedInWords);
      process.stdout.write(
        `${JSON.stringify(await runCommand(TaxCliModule, loadConfig(process.env), TaxImport, run))}\n`,
      );
    });
}

/** Rethrows what is wrong with the file as a message without a stack trace. */
function refusedInWords(error: unknown): never {
  if (!(error instanceof ValidationFailed)) throw error;
  throw new CommandRefused(error.violations?.map(({ pointer, message }) => `${pointer} ${message}`).join('\n'));
}
