import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { Logger, reasonOf } from '../../platform/logging/index.js';
import { Providers } from '../providers/provider-registry.js';
import { ForeignPaymentEntity } from './foreign-payment.entity.js';

/** Tells payments of other systems on the same account from payments that Till does not know yet. */
@Injectable()
export class ForeignPayments {
  constructor(
    private readonly tx: Transaction,
    private readonly providers: Providers,
    private readonly logger: Logger,
  ) {}

  /**
   * Whether another system made the payment that has no row here. Asks the provider once for each payment; false if the provider can't tell
   * now. Call it outside a transaction.
   */
  async includes(providerName: string, reference: string | null): Promise<boolean> {
    const provider = this.providers.of({ provider: providerName });
    if (reference === null || !provider.isOurs) return false;
    const payments = this.tx.repository(ForeignPaymentEntity);
    if (await payments.existsBy({ provider: providerName, reference })) return true;
    try {
      if (await provider.isOurs(reference, AbortSignal.timeout(provider.timeoutMs))) return false;
    } catch (error) {
      const about = { provider: providerName, reason: reasonOf(error) };
      this.logger.warn(
        'the provider does not say who made a payment that Till does not know; it is asked again',
        about,
      );
      return false;
    }
    const found = { provider: providerName, reference };
    await this.tx.run(async () => {
      await payments.createQueryBuilder().insert().values(found).orIgnore().execute();
    });
    return true;
  }
}
