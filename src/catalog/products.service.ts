import { Injectable } from '@nestjs/common';
import { NotFound, ValidationFailed } from '../shared/errors.js';
import { encodeId, type ProductId, type UserId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction, violatedConstraint } from '../platform/database/index.js';
import { assertMatches, type Page, pageOf } from '../platform/http/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { SkuTaken } from './catalog.errors.js';
import { productCreated, productUpdated } from './catalog.events.js';
import { productChanged, productMade } from './products-audit.js';
import { applyChange, type NewProduct, type Product, type ProductChange } from './domain/product.js';
import { keysetOf } from './product-cursor.js';
import { sortKey } from './domain/product-sort.js';
import type { ProductList } from './product-list.js';
import { ProductsRepository, type ProductWithState } from './products.repository.js';
import { StockRepository } from './stock.repository.js';

const SKU_UNIQUE = 'products_sku_folded_key';

@Injectable()
export class ProductsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: ProductsRepository,
    private readonly stock: StockRepository,
    private readonly outbox: Outbox,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Returns a page of the products that the caller may see. Only staff of the catalogue see archived ones.
   * @throws ValidationFailed if prices of several currencies would be compared
   */
  async list(caller: Caller | undefined, list: ProductList): Promise<Page<Product>> {
    assertOneCurrency(list);
    const shopper = !keepsCatalog(caller);
    if (shopper && list.status === 'archived') return { data: [], nextCursor: null };
    const visible = shopper ? { ...list, status: 'active' as const } : list;
    const rows = await this.repository.list(visible);
    return pageOf(rows, list.limit, (product) => keysetOf(product, list.sort));
  }

  /** @throws NotFound */
  async read(caller: Caller | undefined, id: ProductId): Promise<Product> {
    return (await this.readWithState(caller, id)).product;
  }

  /** Returns the product, and what tells whether it is still the same. @throws NotFound */
  async readWithState(caller: Caller | undefined, id: ProductId): Promise<ProductWithState> {
    const found = await this.repository.findWithState(id);
    if (found && (found.product.status === 'active' || keepsCatalog(caller))) return found;
    throw new NotFound('product', encodeId('prd', id));
  }

  /** Returns those of these products that the caller may see, in any order. */
  async findAll(caller: Caller | undefined, ids: readonly ProductId[]): Promise<Product[]> {
    const found = await this.repository.findAll(ids);
    return found.filter(({ status }) => status === 'active' || keepsCatalog(caller));
  }

  /** Adds a product with its opening stock, the first movement of its journal. @throws SkuTaken */
  async create(input: NewProduct, actorId?: UserId): Promise<Product> {
    return orSkuTaken(input.sku, () =>
      this.tx.run(async () => {
        const id = await this.repository.insert(input);
        this.stock.open(id, input.stock?.onHand ?? 0, actorId);
        const product = await this.get(id);
        this.outbox.record(productCreated(product));
        this.audit.record(productMade(product));
        return product;
      }),
    );
  }

  /** Makes the product unless its sku exists; an existing product stays unchanged. Returns the product. */
  async ensureBySku(input: NewProduct): Promise<Product> {
    return (await this.repository.findBySku(input.sku)) ?? (await this.create(input));
  }

  /**
   * Changes the fields that differ. Without a difference nothing happens, not even an event.
   * @throws NotFound, SkuTaken, PreconditionFailed if `ifMatch` names another version
   */
  change(id: ProductId, change: ProductChange, ifMatch?: string): Promise<Product> {
    return orSkuTaken(change.sku, () => this.changeLocked(id, change, ifMatch));
  }

  private changeLocked(id: ProductId, change: ProductChange, ifMatch?: string): Promise<Product> {
    return this.tx.run(async () => {
      const entity = await this.repository.lock(id);
      if (!entity) throw new NotFound('product', encodeId('prd', id));
      const { version } = entity;
      assertMatches(ifMatch, version);
      const before = { ...entity };
      await this.repository.save(applyChange(entity, change));
      const product = await this.get(id);
      if (product.version === version) return product;
      this.outbox.record(productUpdated(product));
      this.audit.record(productChanged(before, product));
      return product;
    });
  }

  /** Archives a product; existing orders keep their copy of its data. @throws NotFound */
  archive(id: ProductId, ifMatch?: string): Promise<Product> {
    return this.change(id, { status: 'archived' }, ifMatch);
  }

  private async get(id: ProductId): Promise<Product> {
    const product = await this.repository.find(id);
    if (!product) throw new NotFound('product', encodeId('prd', id));
    return product;
  }
}

/** Amounts of different currencies can't be compared: 500 yen are not more than 4 euros. */
function assertOneCurrency({ sort, currency, minPrice, maxPrice }: ProductList): void {
  const compares = sortKey(sort) === 'price' || minPrice !== undefined || maxPrice !== undefined;
  if (!compares || currency !== undefined) return;
  const message = 'is needed to sort by price or with minPrice or maxPrice: prices of one currency are compared';
  throw new ValidationFailed([{ pointer: '/currency', code: 'required', message }]);
}

/** Whether the caller is staff of the catalogue, who also see what is archived. */
export function keepsCatalog(caller: Caller | undefined): boolean {
  return caller?.permissions.has('catalog:write') ?? false;
}

/** The unique index on the folded sku decides, not an earlier read. */
async function orSkuTaken<T>(sku: string | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw sku !== undefined && violatedConstraint(error) === SKU_UNIQUE ? new SkuTaken(sku) : error;
  }
}
