import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeId, type ProductId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { ChangeFeed } from '../platform/change-feed/index.js';
import { Config } from '../platform/config/index.js';
import { ReplicaReads } from '../platform/database/index.js';
import { digestOf, linkToNext, tagOf } from '../platform/http/index.js';
import { counter } from '../platform/metrics/index.js';
import type { EarlyAnswers } from '../platform/routes/index.js';
import { CATALOGUE } from './catalog-changes.js';
import { catalogSettings } from './catalog.settings.js';
import { KeptPages, type LoadedPage, type Page } from './kept-pages.js';
import { presentProduct } from './product.presenter.js';
import type { ProductList } from './product-list.js';
import { ProductsRepository } from './products.repository.js';
import { keepsCatalog, ProductsService } from './products.service.js';
import { sendPage, type Wanted, wantedBy } from './send-page.js';

const reads = counter(
  'till_catalog_reads_total',
  'Product pages and lists by what served them: the memory of the process (hit), the database, which it then keeps (miss), or the database because the memory must not serve it (bypass).',
  { of: ['product', 'list'], served: ['hit', 'miss', 'bypass'] },
);

/** How often to ask for the states of pages that are being read, and for how many at once. */
const RENEW_MS = 250;
const RENEWED_AT_ONCE = 2000;

/**
 * Product pages and lists, from memory where that is certain to be current (docs/caching.md). Staff of the catalogue always read from the
 * database: who changes a product sees the change in whichever process.
 */
@Injectable()
export class ProductPages implements EarlyAnswers, OnApplicationShutdown {
  private readonly kept: KeptPages | undefined;
  private renewals: NodeJS.Timeout | undefined;
  private isRenewing = false;

  constructor(
    private readonly products: ProductsService,
    private readonly repository: ProductsRepository,
    private readonly feed: ChangeFeed,
    private readonly replica: ReplicaReads,
    config: Config,
  ) {
    const { cacheBytes } = config.of(catalogSettings);
    if (cacheBytes > 0) this.kept = new KeptPages(feed.history, cacheBytes);
  }

  /** Sends what is in memory. The pipes look at what else a page is asked with; a list with the same query has passed them. */
  answer(request: FastifyRequest, reply: FastifyReply): boolean {
    const { url, params } = request;
    const { id } = params as { readonly id?: string };
    const isList = id === undefined;
    const key = isList ? url : url.includes('?') ? undefined : decodeId('prd', id);
    const found = key === undefined ? undefined : this.find(key, wantedBy(request, undefined));
    if (!found) return false;
    reads.inc(isList ? LIST_HIT : PRODUCT_HIT);
    void reply.send(sendPage(found, request, reply));
    return true;
  }

  /** Returns a product's page. @throws NotFound */
  product(id: ProductId, { caller, fresh, atLeast = 0 }: Wanted): Promise<Page> {
    const kept = this.keptFor(caller, fresh);
    const found = kept?.find(id);
    if (found && isRecentEnough(found, atLeast)) return hit(PRODUCT_HIT, found);
    const read = () => this.readProduct(caller, id);
    // A version that this process has not heard of: whoever saw it must not see an older one.
    if (!kept || found) return bypass('product', read);
    return miss('product', () => kept.load(id, read));
  }

  /** Returns a page of a list; `url` is the request's, and stands for the query. @throws ValidationFailed */
  list(list: ProductList, url: string, { caller, fresh }: Wanted): Promise<Page> {
    const kept = this.keptFor(caller, fresh);
    const found = kept?.find(url);
    if (found) return hit(LIST_HIT, found);
    const read = () => this.replica.read(() => this.readList(caller, list, url));
    return kept ? miss('list', () => kept.load(url, read)) : bypass('list', read);
  }

  onApplicationShutdown(): void {
    clearInterval(this.renewals);
  }

  private find(key: string, { caller, fresh, atLeast = 0 }: Wanted): Page | undefined {
    const found = this.keptFor(caller, fresh)?.find(key);
    return found && isRecentEnough(found, atLeast) ? found : undefined;
  }

  /** What is kept for this caller; undefined if the database must serve. Begins to listen for changes with the first request. */
  private keptFor(caller: Caller | undefined, fresh: boolean): KeptPages | undefined {
    if (!this.kept || fresh || keepsCatalog(caller)) return undefined;
    this.renewals ??= this.begin();
    return this.feed.isLive ? this.kept : undefined;
  }

  private begin(): NodeJS.Timeout {
    this.feed.listen();
    return setInterval(() => void this.renew(), RENEW_MS).unref();
  }

  /** While the database is away, pages end by themselves. */
  private async renew(): Promise<void> {
    if (this.isRenewing || !this.feed.isLive) return;
    this.isRenewing = true;
    try {
      await this.kept!.renew(RENEWED_AT_ONCE, (ids) => this.repository.statesOf(ids as ProductId[]));
    } catch {
      // The next request asks the database by itself, and is told.
    } finally {
      this.isRenewing = false;
    }
  }

  private async readProduct(caller: Caller | undefined, id: ProductId): Promise<LoadedPage> {
    const { product, state } = await this.products.readWithState(caller, id);
    const body = JSON.stringify(presentProduct(product));
    const { version } = product;
    return { page: { body, version, tag: tagOf(body, version) }, dependsOn: [id], state };
  }

  private async readList(caller: Caller | undefined, list: ProductList, url: string): Promise<LoadedPage> {
    const found = await this.products.list(caller, list);
    const body = JSON.stringify({ ...found, data: found.data.map(presentProduct) });
    const page = { body, tag: `"${digestOf(body)}"`, link: linkToNext(found, url) };
    return { page, dependsOn: [CATALOGUE, ...found.data.map(({ id }) => id)] };
  }
}

type Kind = 'product' | 'list';

const PRODUCT_HIT = { of: 'product', served: 'hit' } as const;
const LIST_HIT = { of: 'list', served: 'hit' } as const;

/** Whether the page is no older than what the client has seen. Lists have no versions. */
function isRecentEnough({ version = Infinity }: Page, atLeast: number): boolean {
  return version >= atLeast;
}

function hit(labels: typeof PRODUCT_HIT | typeof LIST_HIT, page: Page): Promise<Page> {
  reads.inc(labels);
  return Promise.resolve(page);
}

function miss(of: Kind, load: () => Promise<Page>): Promise<Page> {
  reads.inc({ of, served: 'miss' });
  return load();
}

async function bypass(of: Kind, read: () => Promise<LoadedPage>): Promise<Page> {
  reads.inc({ of, served: 'bypass' });
  return (await read()).page;
}
