import { type Command, InvalidArgumentError } from 'commander';
import { Accounts, AccountsCliModule } from '../auth/index.js';
import { isRole, type Role, roles } from '../platform/access/index.js';
import { loadConfig } from '../settings.js';
import { runCommand } from '../platform/process/index.js';
import { presentUser, type User } from '../users/index.js';
import { type PasswordSource, readNewPassword } from './password-input.js';

const ABOUT_PASSWORDS = `
Asks for the password at the terminal. Without a terminal, reads the first line of standard input, or of the file
descriptor that --password-fd names. A password is never an argument, because arguments show in the list of processes.`;

type NewAccount = PasswordSource & { readonly email: string; readonly role: readonly Role[]; readonly name?: string };

/** `till users ...`: makes the first administrator and sets passwords. */
export function addUsersCommands(program: Command): void {
  const users = program.command('users').description('make and list accounts, and set passwords');

  withPassword(users.command('create'))
    .description('make an account that can sign in, such as the first administrator, and print it')
    .requiredOption('--email <address>', 'the e-mail address to sign in with')
    .requiredOption('--role <role...>', `one or more of ${roles.join(', ')}`, collectRole)
    .option('--name <name>', "the person's name; by default the part of the address before the @")
    .action(async ({ email, role, name = email.split('@', 1)[0]!, passwordFd }: NewAccount) => {
      const ask = () => readNewPassword({ passwordFd });
      print(await run((accounts) => accounts.create({ email, name, roles: role }, ask)));
    });

  withPassword(users.command('set-password'))
    .description('set the password of an account and print the account')
    .requiredOption('--email <address>', 'the e-mail address of the account')
    .action(async ({ email, passwordFd }: PasswordSource & { readonly email: string }) => {
      print(await run((accounts) => accounts.setPassword(email, () => readNewPassword({ passwordFd }))));
    });

  users
    .command('remove-factors')
    .description(
      'remove the second factors of an account whose owner lost them, end its sessions, and print the account',
    )
    .requiredOption('--email <address>', 'the e-mail address of the account')
    .action(async ({ email }: { readonly email: string }) => {
      print(await run((accounts) => accounts.removeFactors(email)));
    });

  users
    .command('list')
    .description('print the accounts, newest first, one JSON object per line')
    .option('--role <role>', 'only accounts with this role', oneRole)
    .action(async ({ role }: { readonly role?: Role }) => {
      await run(async (accounts) => {
        for await (const user of accounts.all()) if (!role || user.roles.includes(role)) print(user);
      });
    });
}

function withPassword(command: Command): Command {
  return command
    .option('--password-fd <number>', 'read the password from this file descriptor', fileDescriptor)
    .addHelpText('after', ABOUT_PASSWORDS);
}

function run<T>(use: (accounts: Accounts) => Promise<T>): Promise<T> {
  return runCommand(AccountsCliModule, loadConfig(process.env), Accounts, use);
}

function print(user: User): void {
  process.stdout.write(`${JSON.stringify(presentUser(user))}\n`);
}

function collectRole(text: string, earlier: readonly Role[] = []): readonly Role[] {
  return [...earlier, oneRole(text)];
}

function oneRole(text: string): Role {
  if (!isRole(text)) throw new InvalidArgumentError(`A role is one of ${roles.join(', ')}.`);
  return text;
}

function fileDescriptor(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A file descriptor is a number, such as 3.');
  return Number(text);
}
