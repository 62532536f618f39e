import type { Command } from 'commander';
import { examine, printed } from '../doctor/index.js';
import { CommandRefused } from '../platform/process/index.js';

/** `till doctor`: checks everything that Till needs. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check configuration, PostgreSQL, Redis, mail, providers and limits; exits with 1 on a problem')
    .addHelpText('after', '\nWrites only one key to Redis, for a second. Prints no secret.')
    .action(async () => {
      let problems = 0;
      for await (const finding of examine(process.env)) {
        process.stdout.write(`${printed(finding)}\n`);
        if (!finding.ok) problems += 1;
      }
      if (problems > 0) throw new CommandRefused(`${problems} problem${problems > 1 ? 's' : ''} found.`);
    });
}
