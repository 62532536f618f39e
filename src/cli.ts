import 'reflect-metadata';
import { Command } from 'commander';
import { loadDatabaseUrl } from './platform/config/index.js';
import { migrate } from './platform/database/index.js';
import { runProcess } from './platform/http/index.js';
import { createLogger, stderr } from './platform/logging/index.js';

const program = new Command('till').description('One-shot commands of Till. Logs go to stderr.');

program
  .command('migrate')
  .description('bring the database (DATABASE_URL) to the newest schema; safe to repeat')
  .action(async () => {
    const ran = await migrate(loadDatabaseUrl(process.env));
    createLogger('info', stderr()).info({ ran }, ran.length > 0 ? 'migrated' : 'nothing to migrate');
  });

await runProcess(async () => {
  await program.parseAsync();
  process.exit(0);
});
