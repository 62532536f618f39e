import { Injectable } from '@nestjs/common';
import type { ProductId } from '../shared/ids.js';
import { ChangeFeed } from '../platform/change-feed/index.js';

/** The key of the catalogue as a whole: which products there are, and what lists filter and sort them by. */
export const CATALOGUE = 'catalogue';

/** Tells what is kept in memory of products that the running transaction changes them. */
@Injectable()
export class CatalogChanges {
  constructor(private readonly feed: ChangeFeed) {}

  /** A product is new or has other fields: each list may change. */
  productChanged(id: ProductId): void {
    this.feed.changed(CATALOGUE, id);
  }

  /** The stock of products changes. Lists neither filter nor sort by it, so only those that show them change. */
  stockChanged(ids: readonly ProductId[]): void {
    this.feed.changed(...ids);
  }
}
