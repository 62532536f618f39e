import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';

const EVERY_MS = 600_000;
/** How long the sessions of the past are kept, so that people can be told what happened. */
const KEPT_DAYS = 30;
/** How long a used refresh token is kept. An older one that is used again is unknown: it is refused, and its session goes on. */
const TOKENS_KEPT_DAYS = 30;
/** Rows per statement, so that no statement takes long. */
const BATCH = 5000;

const DELETE_SESSIONS = `
  DELETE FROM sessions WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM sessions
    WHERE expires_at < now() - interval '${KEPT_DAYS} days' OR ended_at < now() - interval '${KEPT_DAYS} days' LIMIT ${BATCH}))
  RETURNING 1`;
const DELETE_TOKENS = `
  DELETE FROM refresh_tokens WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM refresh_tokens WHERE used_at < now() - interval '${TOKENS_KEPT_DAYS} days' LIMIT ${BATCH}))
  RETURNING 1`;

/** Deletes sessions that ended long ago, and refresh tokens that were used long ago. */
@Injectable()
export class EndedSessions {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('delete old sessions', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  async sweep(): Promise<void> {
    for (const sql of [DELETE_TOKENS, DELETE_SESSIONS]) {
      while ((await this.tx.run(() => this.tx.query(sql))).length === BATCH);
    }
  }
}
