import 'reflect-metadata';
import { Command } from 'commander';
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

await runProcess(async () => {
  await program.parseAsync();
  process.exit(0);
});
