import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import type { UserId } from '../shared/ids.js';

const CLOSE = `
  UPDATE former_emails SET returned_at = now() WHERE user_id = $1 AND may_return AND returned_at IS NULL
    AND replaced_at >= (SELECT min(replaced_at) FROM former_emails
      WHERE user_id = $1 AND lower(email) = lower($2) AND may_return AND returned_at IS NULL)`;

const LOST_AT = `
  SELECT min(replaced_at) AS "lostAt" FROM former_emails
  WHERE user_id = $1 AND lower(email) = lower($2) AND may_return AND returned_at IS NULL`;

/** The addresses that accounts had. */
@Injectable()
export class FormerEmailsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns when an account lost an address that it may still be taken back to. */
  async lostAt(userId: UserId, email: string): Promise<Date> {
    const [row] = await this.tx.query<{ lostAt: Date }>(LOST_AT, [userId, email]);
    return row!.lostAt;
  }

  /** After this, neither this address nor any later one takes the account back. Earlier ones do: an attacker may have changed it twice. */
  async close(userId: UserId, email: string): Promise<void> {
    await this.tx.query(CLOSE, [userId, email]);
  }
}
