import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Transaction } from '../platform/database/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import { MailBounceEntity } from './mail-bounce.entity.js';

const RECORD = `
  WITH owner AS MATERIALIZED (SELECT id FROM users WHERE id = $1 AND erased_at IS NULL)
  INSERT INTO mail_bounces (user_id, email, reason) SELECT id, lower($2), $3 FROM owner
  ON CONFLICT (user_id, email) DO UPDATE SET reason = excluded.reason, bounced_at = excluded.bounced_at`;
const ADD = `
  WITH owners AS MATERIALIZED (SELECT id, lower(email) AS email FROM users WHERE lower(email) = lower($1))
  INSERT INTO mail_bounces (user_id, email, reason) SELECT id, email, $2 FROM owners
  ON CONFLICT (user_id, email) DO UPDATE SET reason = excluded.reason, bounced_at = excluded.bounced_at RETURNING 1`;
const REMOVE = 'DELETE FROM mail_bounces WHERE email = lower($1) RETURNING 1';

/** An address that gets no mail, in public form. */
export interface Bounce {
  readonly userId: string;
  readonly email: string;
  readonly reason: string;
  readonly bouncedAt: string;
}

/** Addresses that mail servers said do not exist. They get no mail until an operator says so, or their account has another address. */
@Injectable()
export class MailBounces {
  constructor(private readonly tx: Transaction) {}

  async has(userId: UserId, email: string): Promise<boolean> {
    return (await this.of([userId])).has(email.toLowerCase());
  }

  /** Returns the addresses of these accounts that bounced, in lower case. */
  async of(userIds: readonly UserId[]): Promise<ReadonlySet<string>> {
    if (userIds.length === 0) return new Set();
    const found = await this.tx.repository(MailBounceEntity).findBy({ userId: In(userIds) });
    return new Set(found.map(({ email }) => email));
  }

  /** Records what a mail server said of the address of an account, unless the account was erased meanwhile. */
  async record(userId: UserId, email: string, reason: string): Promise<void> {
    await this.tx.run(() => this.tx.query(RECORD, [userId, email, reason.slice(0, 500)]));
  }

  /** All of them, the newest first. */
  async list(): Promise<Bounce[]> {
    const found = await this.tx.repository(MailBounceEntity).find({ order: { bouncedAt: 'DESC' } });
    return found.map(({ userId, email, reason, bouncedAt }) => {
      return { userId: encodeId('usr', userId), email, reason, bouncedAt: bouncedAt.toISOString() };
    });
  }

  /** For bounces that came by mail. Returns whether an account has this address. */
  async add(email: string, reason: string): Promise<boolean> {
    return (await this.tx.run(() => this.tx.query(ADD, [email, reason.slice(0, 500)]))).length > 0;
  }

  /** Lets the address get mail again. Returns whether it was here. */
  async remove(email: string): Promise<boolean> {
    return (await this.tx.run(() => this.tx.query(REMOVE, [email]))).length > 0;
  }
}
