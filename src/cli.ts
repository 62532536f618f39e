import 'reflect-metadata';
import { Command } from 'commander';
import { ChainProof, LedgerCliModule } from './ledger/index.js';
import { loadConfig, loadDatabaseUrl } from './platform/config/index.js';
import { migrate } from './platform/database/index.js';
import { CommandRefused, runCommand, runProcess } from './platform/process/index.js';
import { createLogger, stderr } from './platform/logging/index.js';
import { Seed, SeedModule } from './seed/index.js';

const program = new Command('till').description('One-shot commands of Till. Logs go to stderr.');

program
  .command('migrate')
  .description('bring the database (DATABASE_URL) to the newest schema; safe to repeat')
  .action(async () => {
    const ran = await migrate(loadDatabaseUrl(process.env));
    createLogger('info', stderr()).info({ ran }, ran.length > 0 ? 'migrated' : 'nothing to migrate');
  });

program
  .command('seed')
  .description('add a demo catalogue and one login per role, and print {"logins":[...]}; safe to repeat')
  .option('--force', 'also where NODE_ENV is production: the passwords are public')
  .action(async ({ force }: { force?: boolean }) => {
    const config = loadConfig(process.env);
    if (config.production && !force) {
      throw new CommandRefused('The demo logins have public passwords: with NODE_ENV=production, seed needs --force.');
    }
    const seeded = await runCommand(SeedModule, config, Seed, (seed) => seed.plant());
    process.stdout.write(`${JSON.stringify(seeded)}\n`);
  });

program
  .command('ledger')
  .description('check the ledger')
  .command('verify')
  .description('recompute the chain of seals and print what was found; ends with 1 when something was altered')
  .action(async () => {
    const config = loadConfig(process.env);
    const { holds, detail } = await runCommand(LedgerCliModule, config, ChainProof, (proof) => proof.verify());
    process.stdout.write(`${JSON.stringify({ intact: holds, ...detail })}\n`);
    if (!holds) throw new CommandRefused(alteration(detail));
  });

function alteration({ altered, uncovered }: Readonly<Record<string, unknown>>): string {
  if (altered)
    return `The ledger was altered: the first transaction that is not what was sealed is ${String(altered)}.`;
  return `The ledger was altered: not sealed and not waiting for it, or waiting and gone: ${String(uncovered)}.`;
}

await runProcess(async () => {
  await program.parseAsync();
  process.exit(0);
});
