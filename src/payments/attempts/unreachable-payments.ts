import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { logFailure, Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { STORE_CREDIT } from '../domain/payment.js';
import { providerSettings } from '../providers/providers.settings.js';

/** How many payments of one provider need a call to it: an outcome is open, or an authorization is held. */
export interface UnreachablePayments {
  readonly provider: string;
  readonly payments: number;
}

type Query = (sql: string, values: unknown[]) => Promise<UnreachablePayments[]>;

const UNREACHABLE = `
  SELECT p.provider, count(DISTINCT p.id)::int AS payments
  FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
  WHERE a.next_check_at IS NOT NULL AND p.provider <> ALL($1::text[]) GROUP BY 1 ORDER BY 1`;

/** Returns the payments that can't be finished because their provider is not configured. */
export function unreachablePayments(query: Query, configured: readonly string[]): Promise<UnreachablePayments[]> {
  return query(UNREACHABLE, [[...configured, STORE_CREDIT]]);
}

/** Logs a warning at start about payments that can't be finished. */
@Injectable()
export class UnreachablePaymentsWarning implements OnApplicationBootstrap {
  constructor(
    private readonly tx: Transaction,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      for (const { provider, payments } of await this.find())
        this.logger.warn(
          `payments wait for the provider ${provider}, which is not configured; configure it again to finish them`,
          { provider, payments },
        );
    } catch (error) {
      logFailure(this.logger, 'the payments of providers that are not configured could not be counted', error, {});
    }
  }

  private find(): Promise<UnreachablePayments[]> {
    const query: Query = (sql, values) =>
      this.tx.run(() => this.tx.query<UnreachablePayments & Record<string, unknown>>(sql, values));
    return unreachablePayments(query, this.config.of(providerSettings).configured);
  }
}
