import { type Shop, withDirectory } from '../database/index.js';

/** How often the directory is read, in milliseconds. */
const EVERY_MS = 3000;
/** How often it is read at most because somebody asks for a shop that is not in it. */
const AT_MOST_MS = 1000;

/** How long to connect, and each statement, may take, in milliseconds; the next look tries again. */
const TIMEOUT_MS = 5000;

/** What has to know of changes, and of failures to read. */
export interface KnownShopsListener {
  changed(shops: readonly Shop[]): void;
  failed(error: unknown): void;
}

/** The directory of shops of a database, as it was some seconds ago. */
export class KnownShops {
  private shops = new Map<string, Shop>();
  private hasRead = false;
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly listener: KnownShopsListener,
  ) {}

  /** Reads the directory, and goes on reading it. */
  async begin(): Promise<void> {
    this.timer = setInterval(() => void this.read(), EVERY_MS).unref();
    await this.read();
  }

  end(): void {
    clearInterval(this.timer);
  }

  all(): readonly Shop[] {
    return [...this.shops.values()];
  }

  /** A shop as it was last read. */
  known(slug: string): Shop | undefined {
    return this.shops.get(slug);
  }

  /** Returns a shop, for which this looks again if it is not known; `unread` if the directory could never be read. */
  async find(slug: string): Promise<Shop | undefined | 'unread'> {
    if (!this.shops.has(slug) && performance.now() - this.readAt >= AT_MOST_MS) await this.read();
    return this.shops.get(slug) ?? (this.hasRead ? undefined : 'unread');
  }

  private read(): Promise<void> {
    return (this.reading ??= this.readOnce().finally(() => (this.reading = undefined)));
  }

  private async readOnce(): Promise<void> {
    const shops = await withDirectory(this.url, (directory) => directory.list(), TIMEOUT_MS).catch((error: unknown) =>
      this.listener.failed(error),
    );
    this.readAt = performance.now();
    if (!shops) return;
    this.shops = new Map(shops.map((shop) => [shop.slug, shop]));
    this.hasRead = true;
    this.listener.changed(shops);
  }
}
