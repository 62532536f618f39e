import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { complaintOf, verificationOf } from './ledger/index.js';
import { loadConfig, loadDatabaseUrl } from './platform/config/index.js';
import { migrate } from './platform/database/index.js';
import { ProofRunner, type Report } from './platform/proof/index.js';
import { CommandRefused, runCommand, runProcess } from './platform/process/index.js';
import { createLogger, stderr } from './platform/logging/index.js';
import { ValidationFailed } from './shared/errors.js';
import { decodeId, encodeId } from './shared/ids.js';
import {
  WebhooksCliModule,
  WebhooksRepository,
  PaymentsCliModule,
  Reconciler,
  type ReplayRange,
} from './payments/index.js';
import { addDoctorCommand } from './cli/doctor-command.js';
import { addUsersCommands } from './cli/users-commands.js';
import { Seed, SeedModule } from './seed/index.js';

const program = new Command('till').description('One-shot commands of Till. Logs go to stderr.');

program
  .command('migrate')
  .description(
    'bring the database (DATABASE_URL) to the newest schema; safe to repeat, and from several places at once',
  )
  .option('--lock-timeout <seconds>', 'how long one statement waits for a lock; requests wait behind it', seconds, 2)
  .option('--wait <seconds>', 'how long to try again while locks are taken or another process migrates', seconds, 300)
  .option('--accept-changed', 'take migrations that were changed after they were applied for what they are now')
  .action(async (options: { lockTimeout: number; wait: number; acceptChanged?: boolean }) => {
    const logger = createLogger('info', stderr());
    const ran = await migrate(loadDatabaseUrl(process.env), {
      lockTimeoutMs: options.lockTimeout * 1000,
      waitMs: options.wait * 1000,
      acceptChanged: options.acceptChanged ?? false,
      report: (message) => logger.info(message),
    });
    logger.info({ ran }, ran.length > 0 ? 'migrated' : 'nothing to migrate');
  });

program
  .command('seed')
  .description('add a demo catalogue and one login per role, and print {"logins":[...]}; safe to repeat')
  .addHelpText(
    'after',
    '\nNever in production: the passwords are public. There, make an administrator with `users create`.',
  )
  .action(async () => {
    const config = loadConfig(process.env);
    if (config.production) {
      throw new CommandRefused(
        'seed never runs in production: its passwords are public. Make an administrator with `till users create --email <address> --role admin`; to try Till out, set NODE_ENV=development.',
      );
    }
    const seeded = await runCommand(SeedModule, config, Seed, (seed) => seed.run());
    process.stdout.write(`${JSON.stringify(seeded)}\n`);
  });

program
  .command('ledger')
  .description('check the ledger')
  .command('verify')
  .description('recompute the whole proof and print what was found; ends with 1 when something does not hold')
  .addHelpText(
    'after',
    '\nTakes minutes per million orders, and logs each rule that is done; orders are placed and paid meanwhile. Note "head" and "checkpoint" somewhere else: whoever has them can tell later\nthat nothing before them was rewritten. docs/proof.md says what each rule means and what to do when one does not hold.',
  )
  .action(async () => {
    const config = loadConfig(process.env);
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
  .description("compare a day of a provider's statement with the ledger and print what was found; safe to repeat")
  .requiredOption('-p, --provider <name>', 'the payment provider, such as sandbox')
  .requiredOption(
    '-d, --date <YYYY-MM-DD>',
    'the day, in UTC; of the present day, what is under way may show as missing',
  )
  .addHelpText(
    'after',
    '\nFees and payouts of the statement are posted. What differs is listed at GET /v1/reconciliations.',
  )
  .action(async ({ provider, date }: { provider: string; date: string }) => {
    const config = loadConfig(process.env);
    const logger = createLogger(config.logLevel, stderr());
    const progress = (step: string) => logger.info({ provider, date }, step);
    const run = (reconciler: Reconciler) => reconciler.run(provider, date, progress).catch(refusedInWords);
    const { id, ...found } = await runCommand(PaymentsCliModule, config, Reconciler, run);
    process.stdout.write(`${JSON.stringify({ id: encodeId('rcn', id), ...found })}\n`);
  });

program
  .command('events')
  .description("handle payment providers' webhooks that were kept")
  .command('replay')
  .description('put webhooks back to be processed, whatever became of them, and print how many; safe to repeat')
  .option('--id <pwh_...>', 'one webhook, as the log and the answer to it name it', webhookId)
  .option('--from <time>', 'those that came at this ISO 8601 time or later', moment)
  .option('--to <time>', 'those that came before this time; needs --from', moment)
  .option('--provider <name>', 'only those of this provider')
  .addHelpText('after', '\nWhat was applied before is not applied again.')
  .action(async (range: ReplayRange) => {
    if (!range.id && !(range.from && range.to)) throw new CommandRefused('Say which: --id, or --from and --to.');
    if (range.from && range.to && range.from > range.to) throw new CommandRefused('--from must not lie after --to.');
    const config = loadConfig(process.env);
    const replayed = await runCommand(WebhooksCliModule, config, WebhooksRepository, (inbox) => inbox.replay(range));
    process.stdout.write(`${JSON.stringify({ replayed })}\n`);
    if (range.id && replayed === 0) throw new CommandRefused(`There is no webhook ${encodeId('pwh', range.id)}.`);
  });

addUsersCommands(program);
addDoctorCommand(program);

function seconds(text: string): number {
  if (!/^\d{1,5}(\.\d)?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('It takes seconds, such as 2.');
  return Number(text);
}

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

/** A refused value, without a stack. */
function refusedInWords(error: unknown): never {
  if (!(error instanceof ValidationFailed)) throw error;
  throw new CommandRefused(
    error.violations?.map(({ pointer, message }) => `--${pointer.slice(1)} ${message}`).join('\n'),
  );
}

await runProcess(async () => {
  await program.parseAsync();
  process.exit(0);
});
