import { setTimeout as delay } from 'node:timers/promises';
import { StartPauses } from './start-pauses.js';
import { ShopUnavailable } from './shops.errors.js';

/** What serves one shop. */
export interface RunningShop {
  /** It will end: streams and WebSockets, which would last for ever, are told so and end. */
  drain(): void;
  close(): Promise<void>;
}

/** Starts the application of a shop. */
export type Start<T> = () => Promise<T>;

/** A request or a connection that an application serves. */
export interface Use {
  /** Ends it. */
  cut(): void;
  /** Whether it is a request that has not come whole: there is nothing to finish. */
  isUnfinished(): boolean;
}

interface Place<T> {
  readonly started: Promise<T>;
  /** Whether it waits until another one makes room. */
  isWaiting: boolean;
  /** Absent until it has started. */
  app?: T;
  readonly uses: Set<Use>;
  /** When the last of them began or ended, by `performance.now()`. */
  usedAt: number;
  /** Resolves when it has ended; set when that begins. */
  ended?: Promise<void>;
  /** Whether that waits for nobody. */
  isUrgent: boolean;
  /** Called when nothing uses it any more. */
  onIdle?: () => void;
}

/** For how long an application that is to end waits for slow clients, in milliseconds. */
const DRAIN_MS = 20_000;
/** For how long it waits for requests whose body has not come whole, in milliseconds, as a process that ends does. */
const GRACE_MS = 2000;
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
  private readonly pauses = new StartPauses();

  constructor(
    /** Checks, before a shop gets a place that another one has, that it can start. */
    private readonly prepare: (slug: string) => Promise<Start<T>>,
    private readonly most: number,
    /** Hears of an application that could not end in order. */
    private readonly failed: (slug: string, error: unknown) => void,
    private readonly limits = { drainMs: DRAIN_MS, graceMs: GRACE_MS, changeMs: CHANGE_MS, closeMs: CLOSE_MS },
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
   * @throws ShopUnavailable when all others are in use; whatever the start throws, for a while that grows with each failure
   */
  async ready(slug: string): Promise<void> {
    for (let ending = this.places.get(slug)?.ended; ending; ending = this.places.get(slug)?.ended) await ending;
    await (this.places.get(slug) ?? this.begin(slug)).started;
  }

  /** Keeps the application of a shop from ending until the returned function is called. */
  use(slug: string, use: Use = { cut: () => undefined, isUnfinished: () => false }): () => void {
    const place = this.places.get(slug);
    if (!place) return () => undefined;
    const used = { cut: () => use.cut(), isUnfinished: () => use.isUnfinished() };
    place.uses.add(used);
    place.usedAt = performance.now();
    return () => {
      if (!place.uses.delete(used)) return;
      place.usedAt = performance.now();
      if (place.uses.size === 0) place.onIdle?.();
    };
  }

  /** Ends the application of a shop: begins as soon as nothing uses it, and within 20 seconds in any case. */
  async end(slug: string): Promise<void> {
    this.retry(slug);
    const place = this.places.get(slug);
    if (place) await this.endPlace(slug, place);
  }

  /** Lets a shop whose start failed start again at once: what was wrong may have changed. */
  retry(slug: string): void {
    this.pauses.forget(slug);
  }

  /**
   * Ends the application of a shop at once, since nobody knows its state any more, and cuts off what uses it. It starts again after a pause, as
   * after a start that failed.
   */
  async crash(slug: string, error: unknown): Promise<void> {
    this.pauses.fail(slug, error);
    const place = this.places.get(slug);
    if (!place) return;
    await this.endNow(slug, place);
    for (const use of place.uses) use.cut();
  }

  /** Ends all at once; what uses them has ended, or is cut off. */
  async endAll(): Promise<void> {
    await Promise.all([...this.places].map(([slug, place]) => this.endNow(slug, place)));
  }

  private begin(slug: string): Place<T> {
    this.pauses.assertOver(slug);
    const place: Place<T> = {
      started: this.startIn(slug),
      isWaiting: true,
      isUrgent: false,
      uses: new Set(),
      usedAt: performance.now(),
    };
    this.places.set(slug, place);
    place.started.then(
      (app) => (place.app = app),
      () => this.places.delete(slug),
    );
    return place;
  }

  private async startIn(slug: string): Promise<T> {
    await Promise.resolve(); // the place is known from now on
    const place = this.places.get(slug)!;
    // First of all, so that requests for many shops cost no more than one look at a database a second.
    if (this.isFull()) await this.nextTurn();
    else place.isWaiting = false;
    const start = await this.orPause(slug, () => this.prepare(slug));
    if (place.isWaiting) this.takePlace(place);
    if (place.ended) throw new ShopUnavailable('The shop is ending. Repeat the request.');
    return this.orPause(slug, start);
  }

  private async orPause<R>(slug: string, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      this.pauses.fail(slug, error);
      throw error;
    }
  }

  /** Ends another one for this place if there is none. @throws ShopUnavailable */
  private takePlace(place: Place<T>): void {
    if (this.isFull()) this.endLongestIdle();
    place.isWaiting = false;
  }

  /** Waits until one may end for another again. @throws ShopUnavailable where that takes too long */
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
    const idle = [...this.places].filter(([, { uses, app, ended }]) => uses.size === 0 && app && !ended);
    const [longest] = idle.toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    if (!longest)
      throw new ShopUnavailable('This process serves as many other shops as it may hold. Repeat the request.');
    void this.endPlace(...longest);
  }

  private endNow(slug: string, place: Place<T>): Promise<void> {
    place.isUrgent = true;
    place.onIdle?.();
    return this.endPlace(slug, place);
  }

  private endPlace(slug: string, place: Place<T>): Promise<void> {
    return (place.ended ??= this.ending(slug, place));
  }

  private async ending(slug: string, place: Place<T>): Promise<void> {
    const app = await place.started.catch(() => undefined); // whoever asked for the start has been told
    try {
      app?.drain();
      if (!place.isUrgent && place.uses.size > 0) await this.idle(place);
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
    const { drainMs, graceMs } = this.limits;
    const timers: NodeJS.Timeout[] = [];
    const after = (ms: number, work: () => void) => timers.push(setTimeout(work, ms).unref());
    await new Promise<void>((resolve) => {
      place.onIdle = resolve;
      after(graceMs, () => cutUnfinished(place.uses));
      after(drainMs, resolve);
    });
    for (const timer of timers) clearTimeout(timer);
  }
}

function cutUnfinished(uses: ReadonlySet<Use>): void {
  for (const use of uses) if (use.isUnfinished()) use.cut();
}
