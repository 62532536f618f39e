import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { leastUuidv7At } from '../../shared/uuid.js';
import { type Counted, Leaderboard } from './leaderboard.js';
import { UnitsRepository } from './units.repository.js';

const DAY_MS = 86_400_000;
/** Days that are counted: those that can be asked for, and one to spare. */
const DAYS = 91;
/** Events per step: some thousand lines, which Redis adds in a few milliseconds. */
export const BATCH = 500;

/**
 * Counts confirmed orders from the log of events into the leaderboard. How far it came is in Redis beside the figures, so both are lost,
 * or set back, together; then it counts the log again.
 */
@Injectable()
export class TopProductsFeed {
  constructor(
    private readonly units: UnitsRepository,
    private readonly leaderboard: Leaderboard,
    private readonly clock: Clock,
  ) {}

  /** Counts up to the end of the log. @throws if Redis or the database does not respond */
  async catchUp(): Promise<void> {
    while (await this.step());
  }

  /** Counts some events. Returns whether there may be more. */
  private async step(): Promise<boolean> {
    const before = await this.leaderboard.counted();
    if (!before || (await this.units.isLogged(before))) return this.countAfter(before);
    // The log is another one than was counted: a backup was restored.
    await this.leaderboard.forget();
    return true;
  }

  private async countAfter(before: Counted | undefined): Promise<boolean> {
    const start = before ?? { position: 0, eventId: '' };
    const events = await this.units.confirmedAfter(start.position, this.oldest(), BATCH);
    const isLast = events.length < BATCH;
    if (events.length === 0 && before?.complete) return false;
    const { position, eventId } = events.at(-1) ?? start;
    const after = { position, eventId, complete: isLast || before?.complete === true };
    const moved = await this.leaderboard.add(before, after, await this.units.of(events));
    return !isLast && moved;
  }

  private oldest(): string {
    return leastUuidv7At(this.clock.now().getTime() - DAYS * DAY_MS);
  }
}
