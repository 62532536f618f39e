import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MailTransport } from '../notifications/index.js';
import { Transaction } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import { ErasureRepository } from './erasure.repository.js';

const EVERY_MS = 60_000;

/** Finishes erasures: takes what was written while they ran, answers that others got, and files of mails. */
@Injectable()
export class UnfinishedErasures {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    private readonly repository: ErasureRepository,
    private readonly transport: MailTransport,
    private readonly logger: Logger,
  ) {
    this.job = new PeriodicJob('finish erasures', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  private async sweep(): Promise<void> {
    for (const id of await this.repository.unfinished()) await this.finish(id);
  }

  /** Erases what is left of one account. Safe to repeat. */
  async finish(id: UserId): Promise<void> {
    const mails = await this.transport.forget(encodeId('usr', id));
    await this.tx.run(async () => {
      await this.repository.erase(id);
      await this.repository.stripAnswers(id);
      await this.repository.finish(id);
    });
    this.logger.info('an erasure was finished', { userId: encodeId('usr', id), mails });
  }
}
