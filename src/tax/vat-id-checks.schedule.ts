import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../shared/clock.js';
import { Config } from '../platform/config/index.js';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { type DueCheck, VatIdChecksRepository } from './vat-id-checks.repository.js';
import { ViesClient } from './vies-client.js';
import { viesSettings } from './vies.settings.js';

const EVERY_MS = 2000;
/** A member state that is slow delays few ids of others. */
const AT_ONCE = 4;
const DAY_MS = 86_400_000;
/** Between two official checks without an answer: a minute, then twice as long each time, up to six hours. */
const [SHORTEST_MS, LONGEST_MS] = [60_000, 21_600_000];

/** Makes the official checks: asks VIES about VAT ids. Orders never wait for it. */
@Injectable()
export class VatIdCheckJob {
  private readonly jobs: readonly PeriodicJob[];

  constructor(
    private readonly checks: VatIdChecksRepository,
    private readonly vies: ViesClient,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {
    this.jobs = Array.from({ length: AT_ONCE }, () => new PeriodicJob('check VAT ids', logger, () => this.run()));
  }

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.tick()));
  }

  /** Makes one official check after the other until none is due; none without VIES_URL. */
  private async run(): Promise<void> {
    const settings = this.config.of(viesSettings);
    if (!settings) return;
    for (let due = await this.next(); due; due = await this.next()) await this.check(due, settings.recheckDays);
  }

  private next(): Promise<DueCheck | undefined> {
    return this.checks.claim(this.clock.now());
  }

  private async check(due: DueCheck, recheckDays: number): Promise<void> {
    const askedAt = this.clock.now();
    const answer = await this.vies.ask(due.vatId);
    const after = (ms: number) => new Date(askedAt.getTime() + ms);
    if ('valid' in answer) return this.checks.answered(due, answer, { askedAt, nextAt: after(recheckDays * DAY_MS) });
    const pause = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(due.attempts - 1, 20));
    this.logger.warn(`VIES gave no answer (${answer.unanswered}); asking again in ${pause / 60_000} minutes`);
    return this.checks.unanswered(due, answer.unanswered, after(pause));
  }
}
