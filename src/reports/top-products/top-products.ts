import { Injectable } from '@nestjs/common';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { Clock } from '../../shared/clock.js';
import { ConcurrencyLimit } from '../../shared/concurrency-limit.js';
import { encodeId, type ProductId } from '../../shared/ids.js';
import { leastUuidv7At } from '../../shared/uuid.js';
import type { TopProductsView } from '../report.view.js';
import { Leaderboard } from './leaderboard.js';
import { UnitsRepository } from './units.repository.js';

const DAY_MS = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

type Ranked = readonly { readonly productId: ProductId; readonly units: number }[];

/** The products that sell best: from the leaderboard, or from the database while Redis is away or not all is counted. */
@Injectable()
export class TopProducts {
  private readonly turns = new ConcurrencyLimit(1, 8);

  constructor(
    private readonly leaderboard: Leaderboard,
    private readonly units: UnitsRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Returns the best products of the last days of UTC, today the last. */
  async of(days: number, limit: number): Promise<TopProductsView> {
    const now = this.clock.now().getTime();
    const list = Array.from({ length: days }, (_, ago) => dayOf(now - ago * DAY_MS));
    const best = (await this.fromLeaderboard(list, limit)) ?? (await this.fromDatabase(list.at(-1)!, limit));
    const names = await this.units.names(best.map(({ productId }) => productId));
    const rows = best.map(({ productId, units }, index) => {
      return { rank: index + 1, productId: encodeId('prd', productId), ...names.get(productId)!, units };
    });
    return { from: list.at(-1)!, to: dayOf(now + DAY_MS), rows };
  }

  private async fromLeaderboard(days: readonly string[], limit: number): Promise<Ranked | undefined> {
    try {
      return await this.leaderboard.best(days, limit);
    } catch (error) {
      logFailure(this.logger, 'the leaderboard is read from the database', error);
      return undefined;
    }
  }

  private fromDatabase(day: string, limit: number): Promise<Ranked> {
    const oldest = leastUuidv7At(Date.parse(day) - DAY_MS);
    return this.turns.run(() => this.units.best(oldest, day, limit));
  }
}
