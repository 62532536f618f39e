import { Injectable } from '@nestjs/common';
import { NotFound } from '../../shared/errors.js';
import { AuditLog } from '../audit/index.js';
import { Transaction } from '../database/index.js';
import { type Page, pageOf, readCursor } from '../http/index.js';
import type { EventId } from '../../shared/ids.js';
import { type DeadLetterKey, encodeDeadLetterId } from './dead-letter-id.js';
import { type DeadLetter, DeadLettersRepository } from './dead-letters.repository.js';

/** Which to list. */
interface Listing {
  readonly consumer?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Events whose effect was given up: after the last try, or for good. Nothing happens to them by itself. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: DeadLettersRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Those of the newest events first. */
  async list({ consumer, limit, cursor }: Listing): Promise<Page<DeadLetter>> {
    const place = readCursor(cursor, ['id', 'text']);
    const before = place && { eventId: place[0] as EventId, consumer: String(place[1]) };
    const found = await this.repository.list({ consumer, before }, limit + 1);
    return pageOf(found, limit, (letter) => [letter.eventId, letter.consumer]);
  }

  /** The worker tries it again, from the first try on. @throws NotFound if it is none any more */
  retry(key: DeadLetterKey): Promise<void> {
    return this.tx.run(async () => {
      const revived = await this.repository.revive(key.eventId, key.consumer);
      if (revived === 0) throw new NotFound('dead letter');
      const target = { type: 'dead letter', id: encodeDeadLetterId(key) };
      this.audit.record({ action: 'dead_letter.retried', target });
    });
  }

  /** The same for all of a consumer, or for all. Returns how many. */
  retryAll(consumer?: string): Promise<number> {
    return this.tx.run(async () => {
      const retried = await this.repository.revive(null, consumer ?? null);
      const target = { type: 'dead letters', id: consumer ?? null };
      if (retried > 0) this.audit.record({ action: 'dead_letter.retried', target, after: { retried } });
      return retried;
    });
  }
}
