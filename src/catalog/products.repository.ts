import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity, Repository } from 'typeorm';
import { newId, type ProductId } from '../shared/ids.js';
import { type Row, Transaction } from '../platform/database/index.js';
import type { NewProduct, Product } from './domain/product.js';
import { correctedTerms } from './domain/product-search.js';
import { CatalogChanges } from './catalog-changes.js';
import { COLUMNS, FROM, type ProductList, productListQuery } from './product-list.js';
import { ProductEntity } from './product.entity.js';

type ProductRow = Product & Row;

/** A product, and what tells whether its rows are still the same. */
export interface ProductWithState {
  readonly product: Product;
  readonly state: string;
}

const FIND = `SELECT ${COLUMNS} ${FROM} WHERE p.id = $1`;
/** The transactions that wrote the two rows: whatever changes a row, also by hand, gives it another one. */
const STATE = `p.xmin::text || ' ' || l.xmin::text AS state`;
const FIND_WITH_STATE = `SELECT ${COLUMNS}, ${STATE} ${FROM} WHERE p.id = $1`;
const STATES = `SELECT p.id, ${STATE} ${FROM} WHERE p.id = ANY ($1::uuid[])`;
const FIND_ALL = `SELECT ${COLUMNS} ${FROM} WHERE p.id = ANY ($1::uuid[])`;
const FIND_BY_SKU = `SELECT ${COLUMNS} ${FROM} WHERE p.sku_key = sku_key($1)`;

/** Reads products with their stock by plain SQL: the product page and the list are the most frequent requests of shops. */
@Injectable()
export class ProductsRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly changes: CatalogChanges,
  ) {}

  async find(id: ProductId): Promise<Product | undefined> {
    return (await this.tx.query<ProductRow>(FIND, [id]))[0];
  }

  async findWithState(id: ProductId): Promise<ProductWithState | undefined> {
    const [row] = await this.tx.query<ProductRow & { state: string }>(FIND_WITH_STATE, [id]);
    if (!row) return undefined;
    const { state, ...product } = row;
    return { product, state };
  }

  /** Returns the states of products by their ids; omits products that do not exist. */
  async statesOf(ids: readonly ProductId[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.tx.query<{ id: string; state: string }>(STATES, [ids]);
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  /** Returns products by id, in any order. */
  findAll(ids: readonly ProductId[]): Promise<Product[]> {
    return this.tx.query<ProductRow>(FIND_ALL, [ids]);
  }

  async findBySku(sku: string): Promise<Product | undefined> {
    return (await this.tx.query<ProductRow>(FIND_BY_SKU, [sku]))[0];
  }

  /** Returns products that match the words of `q` or, if there are none, products that match them with one typo per word. */
  async list(list: ProductList): Promise<Product[]> {
    if (list.q === undefined) return this.page(list);
    const folded = { ...list, q: await this.fold(list.q) };
    const found = await this.page(folded);
    return found.length > 0 || correctedTerms(folded.q) === undefined
      ? found
      : this.page({ ...folded, corrected: true });
  }

  private page(list: ProductList): Promise<Product[]> {
    const { sql, parameters } = productListQuery(list);
    // Through TypeORM: it keeps no statement, whose text depends on the request here, and plans for these parameters.
    if (!list.corrected) return this.products.query<ProductRow[]>(sql, parameters);
    return this.tx.run(async () => {
      // The planner expects many matches for the typos of a word, and would test them on every product.
      await this.products.query('SET LOCAL enable_seqscan = off');
      return this.products.query<ProductRow[]>(sql, parameters);
    });
  }

  /** Normalizes a search text in the way that the search index does. */
  private async fold(text: string): Promise<string> {
    const [row] = await this.tx.query<{ text: string }>('SELECT search_fold($1) AS text', [text]);
    return row!.text.trim();
  }

  /** @throws a violation of `SKU_UNIQUE` if the sku is taken */
  async insert({
    id = newId<'prd'>(),
    sku,
    name,
    description = '',
    price,
    attributes = {},
    taxClass,
    weight,
  }: NewProduct): Promise<ProductId> {
    const { amount, currency } = price;
    const values = { id, sku, name, description, price: amount, currency, attributes, taxClass, weight };
    const row = { ...values, status: 'active' };
    this.changes.productChanged(id);
    await this.products.insert(row as QueryDeepPartialEntity<ProductEntity>);
    return id;
  }

  /** Locks the product until the transaction ends. */
  lock(id: ProductId): Promise<ProductEntity | null> {
    return this.products.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Writes the fields that differ from the row. The row gets a new version if any does. */
  async save(product: ProductEntity): Promise<void> {
    this.changes.productChanged(product.id);
    await this.products.save(product);
  }

  private get products(): Repository<ProductEntity> {
    return this.tx.repository(ProductEntity);
  }
}
