import { LRUCache } from 'lru-cache';
import type { ChangeHistory } from '../platform/change-feed/index.js';

/**
 * How long a page may be sent after the database was last asked for it, in milliseconds. Changes end it sooner, and messages of changes may
 * get lost: then this bounds how old a page can be, without Redis, and however the process of the change ended.
 */
export const LEASE_MS = 750;

/** For how long after it was sent last a page is renewed, in milliseconds: one of many products is asked for seldom, and again. */
export const RENEWED_FOR_MS = 10_000;

/** A response, as it is sent. */
export interface Page {
  readonly body: string;
  readonly tag: string;
  /** Of a single product. */
  readonly version?: number;
  /** The next page of a list. */
  readonly link?: string | undefined;
}

/** A page from the database, with what it was made of. */
export interface LoadedPage {
  readonly page: Page;
  /** Keys of changes that end it. */
  readonly dependsOn: readonly string[];
  /** What tells whether the rows are still the same; without it the page is not renewed. */
  readonly state?: string;
}

interface KeptPage extends LoadedPage {
  /** Of the history of changes, before the page was read. */
  readonly point: number;
  /** When the database was asked last. */
  confirmedAt: number;
  sentAt: number;
}

interface Loading {
  readonly point: number;
  readonly page: Promise<Page>;
}

/** About how much memory a page takes. */
const bytesOf = ({ page, dependsOn }: KeptPage, key: string): number =>
  2 * (page.body.length + key.length + (page.link?.length ?? 0)) + 40 * dependsOn.length + 500;

/** Pages that a process keeps: each until something that it shows changes, and no longer than the lease without asking the database. */
export class KeptPages {
  private readonly pages: LRUCache<string, KeptPage>;
  private readonly loading = new Map<string, Loading>();

  constructor(
    private readonly history: ChangeHistory,
    maxBytes: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.pages = new LRUCache({ maxSize: maxBytes, sizeCalculation: bytesOf });
  }

  /** Returns the page if it is current. */
  find(key: string): Page | undefined {
    const kept = this.pages.get(key);
    if (!kept || !this.isCurrent(kept)) return undefined;
    kept.sentAt = this.now();
    return kept.page;
  }

  /** Returns the page from the database, and keeps it. Requests that come while it is read share it, unless something changed meanwhile. */
  async load(key: string, read: () => Promise<LoadedPage>): Promise<Page> {
    const { point } = this.history;
    const under = this.loading.get(key);
    if (under?.point === point) return under.page;
    const page = this.readAndKeep(key, point, read);
    const loading = { point, page };
    this.loading.set(key, loading);
    try {
      return await page;
    } finally {
      if (this.loading.get(key) === loading) this.loading.delete(key);
    }
  }

  /**
   * Reads, by one call, the present states of at most `limit` pages that were sent lately and whose lease is half over. Those that are
   * unchanged may be sent for another lease. The pages sent last come first.
   */
  async renew(limit: number, statesOf: (keys: string[]) => Promise<ReadonlyMap<string, string>>): Promise<void> {
    const began = this.now();
    const asked = [...this.pages.entries()].filter(([, it]) => this.isDue(it, began)).slice(0, limit);
    if (asked.length === 0) return;
    const states = await statesOf(asked.map(([key]) => key));
    for (const [key, kept] of asked) {
      if (states.get(key) !== kept.state) this.pages.delete(key);
      else kept.confirmedAt = began;
    }
  }

  private async readAndKeep(key: string, point: number, read: () => Promise<LoadedPage>): Promise<Page> {
    const confirmedAt = this.now();
    const loaded = await read();
    // Another read may have begun later, after a change, and ended before.
    const other = this.pages.peek(key);
    if (!other || other.point <= point) this.pages.set(key, { ...loaded, point, confirmedAt, sentAt: this.now() });
    return loaded.page;
  }

  private isDue(page: KeptPage, now: number): boolean {
    const { state, sentAt, confirmedAt } = page;
    const isRead = now - sentAt < RENEWED_FOR_MS;
    return state !== undefined && isRead && now - confirmedAt >= LEASE_MS / 2 && this.isCurrent(page);
  }

  private isCurrent({ confirmedAt, dependsOn, point }: KeptPage): boolean {
    return this.now() - confirmedAt < LEASE_MS && this.history.isUnchanged(dependsOn, point);
  }
}
