import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { ProductsService } from '../catalog/index.js';
import { OrdersService } from '../orders/index.js';
import { PaymentsService } from '../payments/index.js';
import { Clock } from '../shared/clock.js';
import { NotFound } from '../shared/errors.js';
import { UsersService } from '../users/index.js';
import { type SearchTerm, searchTerms } from './domain/search-terms.js';
import { presentOrderHit, presentPaymentHit, presentProductHit, presentUserHit } from './search.presenter.js';
import type { SearchHitView } from './search.view.js';

/** How many of each kind. */
const LIMIT = 5;
/** How far back totals are looked for, which no index has, in milliseconds. */
const TOTALS_MS = 31 * 86_400_000;

type OrderFilter = Omit<Parameters<OrdersService['list']>[1], 'limit'>;
type Hits = Promise<readonly SearchHitView[]>;

/** One search over orders, payments, products and people, each by the list that its index serves. */
@Injectable()
export class SearchService {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentsService,
    private readonly products: ProductsService,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /** Returns what the caller may see of what a text may mean, without repetitions. */
  async search(caller: Caller, q: string): Hits {
    if (q.trim() === '') return [];
    const found = await Promise.all(searchTerms(q).map((term) => this.byTerm(caller, term)));
    return [...new Map(found.flat().map((hit) => [hit.id, hit])).values()];
  }

  private byTerm(caller: Caller, term: SearchTerm): Hits {
    switch (term.kind) {
      case 'id':
        return this.byId(caller, term).catch((error: unknown) => {
          if (error instanceof NotFound) return [];
          throw error;
        });
      case 'number':
        return this.ordersWith(caller, { number: term.number });
      case 'email':
        return flat(this.people(caller, { email: term.email }), this.ordersWith(caller, { email: term.email }));
      case 'amount': {
        const createdFrom = new Date(this.clock.now().getTime() - TOTALS_MS);
        return this.ordersWith(caller, { minTotal: term.cents, maxTotal: term.cents, createdFrom });
      }
      default:
        return this.byText(caller, term.text);
    }
  }

  private async byId(caller: Caller, { prefix, id }: Extract<SearchTerm, { kind: 'id' }>): Hits {
    if (prefix === 'ord') return [presentOrderHit(await this.orders.read(caller, id as never))];
    if (prefix === 'pay') return [presentPaymentHit(await this.payments.read(caller, id as never))];
    if (prefix === 'prd') return [presentProductHit(await this.products.read(caller, id as never))];
    if (prefix === 'usr') return [presentUserHit(await this.users.read(caller, id as never))];
    return [];
  }

  private byText(caller: Caller, text: string): Hits {
    return flat(
      this.productsWith(caller, { sku: text }),
      this.paymentsWith(caller, text),
      this.people(caller, { name: text }),
      this.productsWith(caller, { q: text }),
    );
  }

  private async ordersWith(caller: Caller, filter: OrderFilter): Hits {
    return (await this.orders.list(caller, { ...filter, limit: LIMIT })).data.map(presentOrderHit);
  }

  private async paymentsWith(caller: Caller, reference: string): Hits {
    if (!caller.permissions.has('payments:read')) return [];
    return (await this.payments.list(caller, { reference, limit: LIMIT })).data.map(presentPaymentHit);
  }

  private async productsWith(caller: Caller, filter: { sku: string } | { q: string }): Hits {
    return (await this.products.list(caller, { ...filter, sort: '-createdAt', limit: LIMIT })).data.map(
      presentProductHit,
    );
  }

  private async people(caller: Caller, filter: { email: string } | { name: string }): Hits {
    if (!caller.permissions.has('users:read')) return [];
    return (await this.users.list({ ...filter, limit: LIMIT })).data.map(presentUserHit);
  }
}

async function flat(...searches: readonly Hits[]): Hits {
  return (await Promise.all(searches)).flat();
}
