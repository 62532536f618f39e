import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { complaintOf, verificationOf } from '../ledger/index.js';
import { ProofRunner, type Report } from '../platform/proof/index.js';
import { CommandRefused, runCommand, runProcess } from '../platform/process/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { ValidationFailed } from '../shared/errors.js';
import { decodeId, encodeId } from '../shared/ids.js';
import {
  WebhooksCliModule,
  WebhooksRepository,
  PaymentsCliModule,
  Reconciler,
  type ReplayRange,
} from '../payments/index.js';
import { addBackupCommands } from './backup-commands.js';
import { addDeadLettersCommands } from './dead-letters-commands.js';
import { addDoctorCommand } from './doctor-command.js';
import { addMailBouncesCommands } from './mail-bounces-commands.js';
import { addMigrateCommands } from './migrate-commands.js';
import { addOpenApiCommand } from './openapi-command.js';
import { addQueuesCommand } from './queues-command.js';
import { addShopsCommands } from './shops-commands.js';
import { addSecretsCommands } from './secrets-commands.js';
import { addTaxCommands } from './tax-commands.js';
import { addUsersCommands } from './users-commands.js';
import { Seed, SeedModule } from '../seed/index.js';
import { environmentOfCommand } from '../hosted-shops.js';
import { loadConfig } from '../settings.js';

/** The settings of the whole command. @throws what lists all that is wrong with them */
const settings = () => loadConfig(process.env);

const program = new Command('till')
  .description('One-shot commands of Till. Logs go to stderr.')
  .configureHelp({ showGlobalOptions: true })
  .option('--shop <slug>', 'the shop that the command is about, like SHOP: docs/shops.md')
  .hook('preAction', (command) => {
    const { shop } = command.opts<{ readonly shop?: string }>();
    if (shop !== undefined) process.env['SHOP'] = shop;
    process.env = environmentOfCommand(process.env);
  });

addMigrateCommands(program);

program
  .command('seed')
  .description('add a demo catalogue and one login per role, and print {"logins":[...]}; safe to repeat')
  .addHelpText(
    'after',
    '\nNever in production: the passwords are public. Use `users create` there to make an administrator.',
  )
  .action(async () => {
    const config = settings();
    if (config.production) {
      throw new CommandRefused(
        'seed does not run in production, because its passwords are public. Make an administrator with `till users create --email <address> --role admin`. To try Till out, set NODE_ENV=development.',
      );
    }
    const seeded = await runCommand(SeedModule, config, Seed, (seed) => seed.run());
    process.stdout.write(`${JSON.stringify(seeded)}\n`);
  });

program
  .command('ledger')
  .description('check the ledger')
  .command('verify')
  .description('recompute the whole proof and print the result; exits with 1 if a rule does not hold')
  .addHelpText(
    'after',
    '\nTakes minutes per million orders and logs each rule when it is done. Orders can be placed and paid meanwhile.\nStore "head" and "checkpoint" outside the database: with them you can show later that nothing before them was rewritten.\ndocs/proof.md explains each rule, and what to do if one does not hold.',
  )
  .action(async () => {
    const config = settings();
    const logger = createLogger(config.logLevel, stderr());
    logger.info('recomputing everything');
    const report: Report = ({ name, holds }, { done, of }) =>
      logger.info({ rule: name, holds, done, of }, 'recomputed a rule');
    const proof = await runCommand(PaymentsCliModule, config, ProofRunner, (runner) => runner.run(true, report));
    process.stdout.write(`${JSON.stringify(verificationOf(proof))}\n`);
    if (!proof.holds) throw new CommandRefused(complaintOf(proof));
  });

program
  .command('reconcile')
  .description("compare one day of a provider's statement with the ledger and print the result; safe to repeat")
  .requiredOption('-p, --provider <name>', 'the payment provider, such as sandbox')
  .requiredOption('-d, --date <YYYY-MM-DD>', 'the day, in UTC; for today, operations in progress may show as missing')
  .addHelpText(
    'after',
    '\nPosts the fees and payouts of the statement to the ledger. GET /v1/reconciliations lists the differences.',
  )
  .action(async ({ provider, date }: { provider: string; date: string }) => {
    const config = settings();
    const logger = createLogger(config.logLevel, stderr());
    const progress = (step: string) => logger.info({ provider, date }, step);
    const run = (reconciler: Reconciler) => reconciler.run(provider, date, progress).catch(refusedInWords);
    const { id, ...found } = await runCommand(PaymentsCliModule, config, Reconciler, run);
    process.stdout.write(`${JSON.stringify({ id: encodeId('rcn', id), ...found })}\n`);
  });

program
  .command('events')
  .description('process webhooks of payment providers again')
  .command('replay')
  .description('queue webhooks for processing again, whatever their state, and print how many; safe to repeat')
  .option('--id <pwh_...>', 'one webhook; the id stands in the log and in the response to the webhook', webhookId)
  .option('--from <time>', 'webhooks received at this ISO 8601 time or later', moment)
  .option('--to <time>', 'webhooks received before this time; needs --from', moment)
  .option('--provider <name>', 'only webhooks of this provider')
  .addHelpText('after', '\nAn event that was applied before is not applied again.')
  .action(async (range: ReplayRange) => {
    if (!range.id && !(range.from && range.to))
      throw new CommandRefused('Say which webhooks: --id, or --from and --to.');
    if (range.from && range.to && range.from > range.to) throw new CommandRefused('--from must not be after --to.');
    const config = settings();
    const replayed = await runCommand(WebhooksCliModule, config, WebhooksRepository, (inbox) => inbox.replay(range));
    process.stdout.write(`${JSON.stringify({ replayed })}\n`);
    if (range.id && replayed === 0) throw new CommandRefused(`There is no webhook ${encodeId('pwh', range.id)}.`);
  });

addUsersCommands(program);
addDeadLettersCommands(program);
addMailBouncesCommands(program);
addQueuesCommand(program);
addSecretsCommands(program);
addShopsCommands(program);
addTaxCommands(program);
addBackupCommands(program);
addDoctorCommand(program);
addOpenApiCommand(program);

function webhookId(text: string) {
  const id = decodeId('pwh', text);
  if (!id) throw new InvalidArgumentError("A webhook's id looks like pwh_01h455vb4pex5vsknk084sn02q.");
  return id;
}

function moment(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('A time looks like 2026-11-22T09:00:00Z.');
  return time;
}

/** Rethrows refused values as a message without a stack trace. */
function refusedInWords(error: unknown): never {
  if (!(error instanceof ValidationFailed)) throw error;
  throw new CommandRefused(
    error.violations?.map(({ pointer, message }) => `--${pointer.slice(1)} ${message}`).join('\n'),
  );
}

/** Runs the command of the command line, and ends the process. */
export async function runProgram(): Promise<void> {
  await runProcess(async () => {
    await program.parseAsync();
    process.exit(0);
  });
}
