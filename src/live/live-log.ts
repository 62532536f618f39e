import { Injectable } from '@nestjs/common';
import { type LoggedEvent, presentLoggedEvent } from '../platform/event-log/index.js';
import { liveDelay } from './live-metrics.js';
import { LiveFrame } from './live-frame.js';
import { LiveLogRepository } from './live-log.repository.js';
import { OrderOwners } from './order-owners.js';

/** Events that stay in memory for connections that are a little behind. */
const TAIL = 2000;
const PAGE = 500;

/** The newest part of the log, as far as this process has read it. Positions have no gap, so it is known what is missing. */
@Injectable()
export class LiveLog {
  private readonly tail: LiveFrame[] = [];
  private read: number | undefined;
  private reading: Promise<void> | undefined;
  private isStale = false;

  constructor(
    private readonly repository: LiveLogRepository,
    private readonly owners: OrderOwners,
  ) {}

  /** The last position that was read. */
  get position(): number {
    return this.read ?? 0;
  }

  /** Begins at the end of the log, unless it has begun. */
  async begin(): Promise<void> {
    if (this.read !== undefined) return;
    const last = await this.repository.last();
    this.read ??= last;
  }

  /** Forgets what it read: nobody is connected, and the next connection begins at the end of the log. */
  rest(): void {
    this.read = undefined;
    this.tail.length = 0;
  }

  /** Returns what comes after a position, in order; undefined if that is in memory no longer. */
  after(position: number): readonly LiveFrame[] | undefined {
    const missing = this.position - position;
    if (missing <= 0) return [];
    return missing <= this.tail.length ? this.tail.slice(-missing) : undefined;
  }

  /** Returns a page of the log after a position from the database: of these orders alone, if they are given. */
  async page(
    after: number,
    orderIds: readonly string[] | undefined,
  ): Promise<{ frames: LiveFrame[]; isLast: boolean }> {
    const rows = await this.repository.page(after, orderIds, PAGE);
    return { frames: await this.framesOf(rows), isLast: rows.length < PAGE };
  }

  /** Reads what is new, and hands each event on, in order. Calls that come meanwhile lead to one more look. @throws when the database is away */
  advance(hand: (frame: LiveFrame) => void): Promise<void> {
    this.isStale = true;
    this.reading ??= this.readNew(hand).finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readNew(hand: (frame: LiveFrame) => void): Promise<void> {
    while (this.isStale && this.read !== undefined) {
      this.isStale = false;
      const from = this.read;
      const { frames, isLast } = await this.page(from, undefined);
      // It rested meanwhile, and may have begun at another place.
      if (this.read !== from) continue;
      for (const frame of frames) this.add(frame, hand);
      if (!isLast) this.isStale = true;
    }
  }

  private add(frame: LiveFrame, hand: (frame: LiveFrame) => void): void {
    const { position, view } = frame.event;
    this.tail.push(frame);
    if (this.tail.length > TAIL) this.tail.shift();
    this.read = position;
    liveDelay.observe(Math.max(0, Date.now() - Date.parse(view.createdAt)) / 1000);
    hand(frame);
  }

  private async framesOf(rows: readonly LoggedEvent[]): Promise<LiveFrame[]> {
    const owners = await this.owners.of(rows.flatMap(({ orderId }) => orderId ?? []));
    return rows.map((row) => {
      const { type, orderId } = row;
      const customerId = orderId === null ? null : (owners.get(orderId) ?? null);
      return new LiveFrame({ position: row.sequence!, type, orderId, customerId, view: presentLoggedEvent(row) });
    });
  }
}
