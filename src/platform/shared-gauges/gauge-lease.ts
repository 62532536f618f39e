import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Transaction } from '../database/index.js';

const NAME = 'shared gauges';
/** How long a process may report alone, in seconds; longer than the time between two scrapes. */
const LEASE_SECONDS = 60;
/** How long an answer of the database counts, in milliseconds: the gauges of one scrape ask together. */
const FRESH_MS = 2000;

/** Takes the lease if it is free, expired or one's own; an answer without a row means that another process has it. */
const TAKE = `
  INSERT INTO leases AS l (name, holder, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
  WHERE l.holder = excluded.holder OR l.expires_at < excluded.expires_at - $3 * interval '1 second' RETURNING l.holder`;
const RELEASE = 'DELETE FROM leases WHERE name = $1 AND holder = $2';

/**
 * Decides which process reports figures of the whole database: the first one that is scraped, until it is not scraped for a minute or ends.
 * Two processes that report the same figure would make every sum over processes wrong, and ask the database twice.
 */
@Injectable()
export class GaugeLease implements OnModuleDestroy {
  private readonly holder = randomUUID();
  private asked: { readonly answer: Promise<boolean>; readonly at: number } | undefined;

  constructor(private readonly tx: Transaction) {}

  /** Whether this process reports. */
  isHeld(): Promise<boolean> {
    const now = performance.now();
    if (!this.asked || now - this.asked.at > FRESH_MS) this.asked = { answer: this.take(), at: now };
    return this.asked.answer;
  }

  /** Another process takes over at its next scrape. */
  async onModuleDestroy(): Promise<void> {
    const wasHeld = await this.asked?.answer.catch(() => false);
    // Without the database, the lease expires.
    if (wasHeld) await this.tx.query(RELEASE, [NAME, this.holder]).catch(() => undefined);
  }

  private async take(): Promise<boolean> {
    return (await this.tx.query(TAKE, [NAME, this.holder, LEASE_SECONDS])).length > 0;
  }
}
