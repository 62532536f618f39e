import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';

const EVERY_MS = 600_000;
/** Longer than any token is valid, and than its mail is tried. */
const KEPT_DAYS = 10;
/** Rows per statement, so that no statement takes long. */
const BATCH = 5000;

const DELETE = `
  DELETE FROM mailed_tokens WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM mailed_tokens WHERE created_at < now() - interval '${KEPT_DAYS} days' LIMIT ${BATCH}))
  RETURNING 1`;

const DELETE_FORMER = `
  DELETE FROM former_emails WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM former_emails WHERE replaced_at < now() - interval '${KEPT_DAYS} days' LIMIT ${BATCH}))
  RETURNING 1`;

/** Deletes old tokens with the addresses that they were asked for, and addresses that accounts had. */
@Injectable()
export class OldMailedTokens {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('delete old mailed tokens', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  async sweep(): Promise<void> {
    for (const sql of [DELETE, DELETE_FORMER]) {
      while ((await this.tx.run(() => this.tx.query(sql))).length === BATCH);
    }
  }
}
