import type { Command } from 'commander';
import { Module } from '@nestjs/common';
import { lockOrder } from '../lock-order.js';
import { DatabaseModule } from '../platform/database/index.js';
import { EncryptionModule, SecretRotation } from '../platform/encryption/index.js';
import { CommandRefused, runCommand } from '../platform/process/index.js';
import { loadConfig } from '../settings.js';

@Module({ imports: [DatabaseModule.forRoot({ lockOrder }), EncryptionModule], providers: [SecretRotation] })
class SecretsCliModule {}

/** `till secrets rotate`: replaces the key of the secrets in the database. */
export function addSecretsCommands(program: Command): void {
  program
    .command('secrets')
    .description('secrets that the database holds encrypted')
    .command('rotate')
    .description('encrypt them all with the first key of ENCRYPTION_KEYS and print how many; safe to repeat')
    .addHelpText('after', '\nFirst give the new key to all processes: docs/production.md, section 8.')
    .action(async () => {
      const config = loadConfig(process.env);
      if (config.encryptionKeys.length === 0)
        throw new CommandRefused('ENCRYPTION_KEYS is not set: name:key, with 32 bytes from openssl rand -base64 32.');
      const { failures, ...rotated } = await runCommand(SecretsCliModule, config, SecretRotation, (one) => one.run());
      process.stdout.write(`${JSON.stringify(rotated)}\n`);
      if (failures.length > 0) throw new CommandRefused(failures.join('\n'));
    });
}
