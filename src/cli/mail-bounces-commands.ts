import { Module } from '@nestjs/common';
import type { Command } from 'commander';
import { lockOrder } from '../lock-order.js';
import { MailBounces, MailBouncesModule } from '../notifications/index.js';
import { DatabaseModule } from '../platform/database/index.js';
import { CommandRefused, runCommand } from '../platform/process/index.js';
import { loadConfig } from '../settings.js';

@Module({ imports: [DatabaseModule.forRoot({ lockOrder }), MailBouncesModule] })
class MailBouncesCliModule {}

/** `till mail-bounces list`, `add` and `remove`. */
export function addMailBouncesCommands(program: Command): void {
  const bounces = program
    .command('mail-bounces')
    .description('addresses that get no mail, because mail servers say that they do not exist');
  bounces
    .command('list')
    .description('print them, one JSON object a line, the newest first')
    .action(() =>
      run(async (service) => {
        for (const one of await service.list()) process.stdout.write(`${JSON.stringify(one)}\n`);
      }),
    );
  bounces
    .command('add <address>')
    .description('send an account no mail to this address; for bounces that came by mail')
    .option('--reason <text>', 'what the bounce said', 'added by hand')
    .action((address: string, { reason }: { reason: string }) =>
      run(async (service) => {
        if (!(await service.add(address, reason))) throw new CommandRefused(`No account has the address ${address}.`);
      }),
    );
  bounces
    .command('remove <address>')
    .description('send mail to this address again')
    .action((address: string) =>
      run(async (service) => {
        if (!(await service.remove(address)))
          throw new CommandRefused(`${address} is not among the bounced addresses.`);
      }),
    );
}

function run(work: (service: MailBounces) => Promise<void>): Promise<void> {
  return runCommand(MailBouncesCliModule, loadConfig(process.env), MailBounces, work);
}
