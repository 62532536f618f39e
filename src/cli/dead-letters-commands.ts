import { type Command, InvalidArgumentError } from 'commander';
import { Module } from '@nestjs/common';
import { lockOrder } from '../lock-order.js';
import { DatabaseModule } from '../platform/database/index.js';
import {
  decodeDeadLetterId,
  DeadLettersModule,
  DeadLettersService,
  presentDeadLetter,
} from '../platform/dead-letters/index.js';
import { CommandRefused, runCommand } from '../platform/process/index.js';
import { ProofModule } from '../platform/proof/index.js';
import { loadConfig } from '../settings.js';

@Module({ imports: [DatabaseModule.forRoot({ lockOrder }), ProofModule, DeadLettersModule] })
class DeadLettersCliModule {}

const PAGE = 100;

type Key = NonNullable<ReturnType<typeof decodeDeadLetterId>>;

/** `till dead-letters list` and `retry`. */
export function addDeadLettersCommands(program: Command): void {
  const letters = program.command('dead-letters').description('events whose effect, such as a mail, was given up');
  letters
    .command('list')
    .description('print them, one JSON object a line, those of the newest events first')
    .option('--consumer <name>', 'only those of this consumer, such as mail')
    .action(({ consumer }: { consumer?: string }) => run((service) => print(service, consumer)));
  letters
    .command('retry')
    .description('let the worker try them again and print how many; remove the cause before')
    .option('--id <evt_....consumer>', 'one of them, as `list` shows it', letterId)
    .option('--consumer <name>', 'all of this consumer')
    .option('--all', 'all of them')
    .action((which: { id?: Key; consumer?: string; all?: true }) => {
      if (Object.keys(which).length !== 1) throw new CommandRefused('Say which: --id, --consumer or --all.');
      return run((service) => retry(service, which));
    });
}

async function print(service: DeadLettersService, consumer?: string): Promise<void> {
  let cursor: string | null | undefined;
  do {
    const page = await service.list({ consumer, limit: PAGE, cursor: cursor ?? undefined });
    for (const letter of page.data) process.stdout.write(`${JSON.stringify(presentDeadLetter(letter))}\n`);
    cursor = page.nextCursor;
  } while (cursor);
}

async function retry(service: DeadLettersService, { id, consumer }: { id?: Key; consumer?: string }): Promise<void> {
  const retried = id ? await service.retry(id).then(() => 1) : await service.retryAll(consumer);
  process.stdout.write(`${JSON.stringify({ retried })}\n`);
}

function run(work: (service: DeadLettersService) => Promise<void>): Promise<void> {
  return runCommand(DeadLettersCliModule, loadConfig(process.env), DeadLettersService, work);
}

function letterId(text: string): Key {
  const key = decodeDeadLetterId(text);
  if (!key) throw new InvalidArgumentError('The id of a dead letter looks like evt_01h455vb4pex5vsknk084sn02q.mail.');
  return key;
}
