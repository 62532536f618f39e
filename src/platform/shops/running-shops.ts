import { setTimeout as delay } from 'node:timers/promises';
import { ShopUnavailable } from './shops.errors.js';

/** What serves one shop. */
export interface RunningShop {
  /** It will end: streams and WebSockets, which would last for ever, are told so and end. */
  drain(): void;
  close(): Promise<void>;
}

interface Place<T> {
  readonly started: Promise<T>;
  /** Whether it waits until another one makes room. */
  isWaiting: boolean;
  /** Absent until it has started. */
  app?: T;
  /** Requests and connections that it serves. */
  uses: number;
  /** When the last of them began or ended, by `performance.now()`. */
  usedAt: number;
  /** Resolves when it has ended; set when that begins. */
  ended?: Promise<void>;
  /** Called when nothing uses it any more. */
  onIdle?: () => void;
}

/** For how long a failed start is not repeated, in milliseconds. */
const FAILED_MS = 2000;
/** For how long an application that is to end waits for slow clients, in milliseconds. */
const DRAIN_MS = 20_000;
/** How often one application ends for another at most, in milliseconds: otherwise a client that knows slugs could keep the process busy with starts. */
const CHANGE_MS = 1000;
/** How long a request waits at most until that may happen, in milliseconds. */
const PATIENCE_MS = 5000;
/** How long an application may take to end, in milliseconds. */
const CLOSE_MS = 30_000;

/**
 * The applications of shops, each started when it is first asked for. At most `most` run at once: for one more, the one that has been idle for longest
 * ends.
 */
export class RunningShops<T extends RunningShop> {
  private readonly places = new Map<string, Place<T>>();
  /** When an application may end for another one again, by `performance.now()`. */
  private nextChange = -Infinity;
  private readonly failures = new Map<string, { readonly error: unknown; readonly until: number }>();

  constructor(
    private readonly start: (slug: string) => Promise<T>,
    private readonly most: number,
    /** Hears of an application that could not end in order. */
    private readonly failed: (slug: string, error: unknown) => void,
    private readonly limits = { drainMs: DRAIN_MS, changeMs: CHANGE_MS, closeMs: CLOSE_MS },
  ) {}

  get slugs(): readonly string[] {
    return [...this.places.keys()];
  }

  get running(): readonly T[] {
    return [...this.places.values()].flatMap(({ app }) => app ?? []);
  }

  /** The application of a shop, if it has started and goes on. */
  find(slug: string): T | undefined {
    const place = this.places.get(slug);
    return place?.ended ? undefined : place?.app;
  }

  /**
   * Resolves when the application of a shop has started, which this begins if it does not run. It may end soon: look with `find`.
   * @throws ShopUnavailable when all others are in use; whatever the start throws, for two seconds
   */
  async ready(slug: string): Promise<void> {
    for (let ending = this.places.get(slug)?.ended; ending; ending = this.places.get(slug)?.ended) await ending;
    await (this.places.get(slug) ?? this.begin(slug)).started;
  }

  /** Keeps the application of a shop from ending until the returned function is called. */
  use(slug: string): () => void {
    const place = this.places.get(slug);
    if (!place) return () => undefined;
    place.uses += 1;
    place.usedAt = performance.now();
    let isUsed = true;
    return () => {
      if (!isUsed) return;
      isUsed = false;
      place.uses -= 1;
      place.usedAt = performance.now();
      if (place.uses === 0) place.onIdle?.();
    };
  }

  /** Ends the application of a shop: begins as soon as nothing uses it, and within 20 seconds in any case. */
  async end(slug: string): Promise<void> {
    this.failures.delete(slug);
    const place = this.places.get(slug);
    if (place) await this.endPlace(slug, place, true);
  }

  /** Ends all at once; what uses them has ended, or is cut off. */
  async endAll(): Promise<void> {
    const endings = [...this.places].map(([slug, place]) => this.endPlace(slug, place, false));
    for (const { onIdle } of this.places.values()) onIdle?.();
    await Promise.all(endings);
  }

  private begin(slug: string): Place<T> {
    const failure = this.failures.get(slug);
    if (failure && performance.now() < failure.until) throw failure.error;
    const place: Place<T> = { started: this.startIn(slug), isWaiting: true, uses: 0, usedAt: performance.now() };
    this.places.set(slug, place);
    place.started.then(
      (app) => {
        place.app = app;
        this.failures.delete(slug);
      },
      () => this.places.delete(slug),
    );
    return place;
  }

  private async startIn(slug: string): Promise<T> {
    await Promise.resolve(); // the place is known from now on
    const place = this.places.get(slug)!;
    await this.room(place);
    if (place.ended) throw new ShopUnavailable('The shop is ending. Repeat the request.');
    try {
      return await this.start(slug);
    } catch (error) {
      this.failures.set(slug, { error, until: performance.now() + FAILED_MS });
      throw error;
    }
  }

  /** Waits until one more may start, ends another one for it, and takes the place at once. @throws ShopUnavailable */
  private async room(place: Place<T>): Promise<void> {
    if (this.isFull()) await this.nextTurn();
    if (this.isFull()) this.endLongestIdle();
    place.isWaiting = false;
  }

  private async nextTurn(): Promise<void> {
    const now = performance.now();
    const wait = Math.max(0, this.nextChange - now);
    if (wait > PATIENCE_MS)
      throw new ShopUnavailable('Too many other shops are asked for at once. Repeat the request.');
    this.nextChange = now + wait + this.limits.changeMs;
    await delay(wait);
  }

  private isFull(): boolean {
    return [...this.places.values()].filter(({ ended, isWaiting }) => !ended && !isWaiting).length >= this.most;
  }

  private endLongestIdle(): void {
    const idle = [...this.places].filter(([, { uses, app, ended }]) => uses === 0 && app && !ended);
    const [longest] = idle.toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    if (!longest)
      throw new ShopUnavailable('This process serves as many other shops as it may hold. Repeat the request.');
    void this.endPlace(...longest, true);
  }

  private endPlace(slug: string, place: Place<T>, whenIdle: boolean): Promise<void> {
    return (place.ended ??= this.ending(slug, place, whenIdle));
  }

  private async ending(slug: string, place: Place<T>, whenIdle: boolean): Promise<void> {
    const app = await place.started.catch(() => undefined); // whoever asked for the start has been told
    try {
      app?.drain();
      if (whenIdle && place.uses > 0) await this.idle(place);
      if (app) await this.closed(app);
    } catch (error) {
      this.failed(slug, error);
    }
    this.places.delete(slug);
  }

  /** @throws Error when that takes too long */
  private async closed(app: T): Promise<void> {
    const { closeMs } = this.limits;
    const closing = app.close();
    closing.catch(() => undefined); // it may fail after the limit
    const isClosed = await Promise.race([closing.then(() => true), delay(closeMs, false, { ref: false })]);
    if (!isClosed) throw new Error(`It has not ended within ${closeMs / 1000} s.`);
  }

  private async idle(place: Place<T>): Promise<void> {
    let deadline: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      place.onIdle = resolve;
      deadline = setTimeout(resolve, this.limits.drainMs).unref();
    });
    clearTimeout(deadline);
  }
}
