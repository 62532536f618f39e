import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { decodeId, type EventId } from '../shared/ids.js';
import { steadyNow } from '../shared/steady-time.js';
import { leastUuidv7At } from '../shared/uuid.js';
import { MissedDeliveries, type MissedEvent } from '../platform/delivery/index.js';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { TaxReports } from '../tax/index.js';
import { TAXES, TYPES } from './tax-reports.consumer.js';

const EVERY_MS = 600_000;
/** A day less than deliveries that are done are kept (`DeliveryExpiry`): an older event without one may have been delivered. */
const LOOK_BACK_MS = 6 * 86_400_000;
/** Looked at again in each round: an event may be committed after one with a later id. Transactions are much shorter. */
const OVERLAP_MS = 3_600_000;
/** So that a round ends soon also in a shop with many events; the next one goes on. */
const PAGES = 100;

/**
 * Makes the deliveries to the tax provider that a worker without its consumer left out, because it has an older release or no TAX_PROVIDER:
 * otherwise the service would never hear of those sales. A report says what is true when it is made, so a late one is no fault.
 */
@Injectable()
export class TaxReportsRepair implements OnApplicationBootstrap {
  private readonly job: PeriodicJob;
  /** Up to here all was looked at, since this process started. */
  private seen: EventId | undefined;

  constructor(
    private readonly deliveries: MissedDeliveries,
    private readonly reports: TaxReports,
    private readonly logger: Logger,
  ) {
    this.job = new PeriodicJob('repair the deliveries to the tax provider', logger, () => this.round());
  }

  onApplicationBootstrap(): void {
    void this.tick();
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  private async round(): Promise<void> {
    let [after, added] = [this.start(), 0];
    for (let page = 0, more = true; more && page < PAGES; page += 1) {
      const found = await this.deliveries.find(TAXES, TYPES, after);
      added += await this.deliveries.add(TAXES, await this.ofDocuments(found.missed));
      after = found.last ?? after;
      more = found.more;
    }
    this.seen = after;
    if (added > 0) this.logger.warn('made deliveries to the tax provider that another worker left out', { added });
  }

  /** Six days ago in the first round; then where the last one ended, or an hour ago. */
  private start(): EventId {
    const now = Math.floor(steadyNow());
    const earliest = leastUuidv7At(now - LOOK_BACK_MS) as EventId;
    if (this.seen === undefined || this.seen < earliest) return earliest;
    const recent = leastUuidv7At(now - OVERLAP_MS) as EventId;
    return this.seen < recent ? this.seen : recent;
  }

  /** The events about orders that have a document at the provider of this process. */
  private async ofDocuments(missed: readonly MissedEvent[]): Promise<EventId[]> {
    const ids = new Map(missed.map(({ id, orderId }) => [id, decodeId('ord', orderId)]));
    const theirs = new Set(await this.reports.withDocument([...new Set(ids.values())].flatMap((id) => id ?? [])));
    return missed.flatMap(({ id }) => (theirs.has(ids.get(id)!) ? [id] : []));
  }
}
