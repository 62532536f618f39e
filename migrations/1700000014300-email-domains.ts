import { domainToASCII } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Account {
  readonly id: string;
  readonly email: string;
}

/**
 * Domains of e-mail addresses are kept in ASCII (UTS 46), so that `münchen` and `xn--mnchen-3ya` are one account. An account
 * whose address another account has in ASCII stays as it is; a warning names both.
 */
export class EmailDomains1700000014300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const accounts = (await runner.query(
      `SELECT id, email FROM users WHERE email ~ '@[^@]*[^ -~][^@]*$' ORDER BY created_at, id FOR UPDATE`,
    )) as Account[];
    const taken: string[] = [];
    for (const { id, email } of accounts) {
      const ascii = inAscii(email);
      if (ascii === undefined) continue;
      const [other] = (await runner.query('SELECT id FROM users WHERE lower(email) = lower($1)', [ascii])) as Account[];
      if (other) taken.push(`${id} beside ${other.id}`);
      else await runner.query('UPDATE users SET email = $1, version = version + 1 WHERE id = $2', [ascii, id]);
    }
    if (taken.length > 0) await warn(runner, taken);
  }

  /** The address in ASCII reaches the same mailbox. */
  async down(): Promise<void> {}
}

/** The address with its domain in ASCII; undefined where the domain has no such form. */
function inAscii(email: string): string | undefined {
  const at = email.lastIndexOf('@');
  const domain = domainToASCII(email.slice(at + 1));
  return domain === '' ? undefined : email.slice(0, at + 1) + domain;
}

async function warn(runner: QueryRunner, taken: readonly string[]): Promise<void> {
  const message =
    `These accounts have one mailbox with another account, by an address whose domain is written in another script: ` +
    `${taken.join(', ')}. Signing in reaches the second of each pair. Give the first of each pair another address if it is still needed.`;
  await runner.query(`DO $do$ BEGIN RAISE WARNING '%', '${message.replaceAll("'", "''")}'; END $do$`);
}
