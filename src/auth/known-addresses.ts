import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import type { UserId } from '../shared/ids.js';

/** How many addresses to keep per person, and for how many days. */
const MAX_ADDRESSES = 20;
const KEPT_DAYS = 90;

const IS_KNOWN = `
  SELECT FROM users u JOIN known_sign_ins k ON k.user_id = u.id
  WHERE lower(u.email) = lower($1) AND k.address_hash = $2 AND k.seen_at > now() - interval '${KEPT_DAYS} days'`;
/** Writes at most once a day per address, because a person may sign in often. Citus compares only times without a zone here. */
const REMEMBER = `
  WITH seen AS (
    INSERT INTO known_sign_ins AS k (user_id, address_hash) VALUES ($1, $2)
    ON CONFLICT (user_id, address_hash) DO UPDATE SET seen_at = excluded.seen_at 
    WHERE k.seen_at AT TIME ZONE 'UTC' < excluded.seen_at AT TIME ZONE 'UTC' - interval '1 day'
  )
  DELETE FROM known_sign_ins WHERE user_id = $1 AND address_hash NOT IN (
    SELECT address_hash FROM known_sign_ins WHERE user_id = $1 ORDER BY seen_at DESC LIMIT ${MAX_ADDRESSES}
  )`;

/** Network addresses from which people have signed in, stored as hashes. */
@Injectable()
export class KnownAddresses {
  constructor(private readonly tx: Transaction) {}

  /** Whether the account has been used from this address. Runs the same statement when the account does not exist. */
  async has(normalizedEmail: string, address: string): Promise<boolean> {
    return (await this.tx.query(IS_KNOWN, [normalizedEmail, hashOf(address)])).length > 0;
  }

  async remember(userId: UserId, address: string): Promise<void> {
    await this.tx.query(REMEMBER, [userId, hashOf(address)]);
  }
}

function hashOf(address: string): Buffer {
  return createHash('sha256').update(address).digest();
}
