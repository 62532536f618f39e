import { encodeId } from '../../../shared/ids.js';
import type { TaxBasket } from '../../domain/tax-basket.js';
import type { TaxEstimate } from '../../domain/tax-estimate.js';
import type { TaxAmounts } from '../../domain/tax-report.js';
import type { TaxCommit, TaxDocumentCall, TaxDocumentKeeper, TaxProvider, TaxRefund } from '../tax-provider.js';
import { itemId, readEstimate } from './remote-answers.js';
import { RemoteTaxClient, type RemoteTaxSettings } from './remote-client.js';

/** A tax provider that speaks the protocol of docs/tax.md. */
export class RemoteTaxProvider implements TaxProvider {
  readonly name = 'remote';
  readonly timeoutMs: number;
  readonly documents: TaxDocumentKeeper;
  private readonly client: RemoteTaxClient;
  private readonly source: string;

  constructor(settings: RemoteTaxSettings) {
    this.timeoutMs = settings.timeoutMs;
    this.client = new RemoteTaxClient(settings);
    this.source = `${this.name}: ${new URL(settings.url).host}`;
    this.documents = {
      commit: (sale, signal) => this.commit(sale, signal),
      void: (sale, signal) => this.tell('voids', sale, signal),
      refund: (part, signal) => this.refund(part, signal),
    };
  }

  /** @throws TaxCallRefused, TaxServiceFailed, UnsoundEstimate */
  async estimate(basket: TaxBasket, signal: AbortSignal): Promise<TaxEstimate> {
    const { currency, customerId, destination } = basket;
    const items = basket.items.map((item, index) => ({ id: itemId(index), ...item }));
    const request = { currency, customer: encodeId('usr', customerId), destination, items };
    const answer = await this.client.post('estimates', request, signal);
    return readEstimate(answer, basket, this.source);
  }

  private commit({ reference, currency, groups, ...sale }: TaxCommit, signal: AbortSignal): Promise<void> {
    return this.tell('commits', sale, signal, { reference, currency, groups: groups.map(inSequence) });
  }

  private refund({ currency, groups, ...part }: TaxRefund, signal: AbortSignal): Promise<void> {
    return this.tell('refunds', part, signal, { currency, groups: groups.map(inSequence) });
  }

  private async tell(
    path: string,
    { key, orderId }: TaxDocumentCall,
    signal: AbortSignal,
    more: object = {},
  ): Promise<void> {
    const document = encodeId('ord', orderId);
    await this.client.post(path, { document, ...more }, signal, encodeId('txo', key));
  }
}

/** JSON of the database has its members in another sequence, and a repeat is to be the same byte for byte. */
function inSequence({ country, category, rate, net, tax }: TaxAmounts): TaxAmounts {
  return { country, category, rate, net, tax };
}
