import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { Fault, inRequest, Logger } from '../logging/index.js';
import { type ClaimedEvent, DeliveriesRepository, type Outcome } from './deliveries.repository.js';
import { counted, finished } from './delivery-counters.js';
import type { RecordedEvent } from '../outbox/index.js';
import { traced } from '../tracing/index.js';
import { FinalFailure } from './final-failure.js';
import { HeldClaims } from './held-claims.js';
import { Postponed } from './postponed.js';
import { MAX_ATTEMPTS, retryDelay } from './retry-delay.js';

/** The effect of a consumer for one event. It may be slow, and runs again after a failure unless that is a `FinalFailure`. */
export type Effect = (event: RecordedEvent) => Promise<void>;

/** Loads what effects need, and returns the effect. */
type Prepare = (events: readonly RecordedEvent[]) => Promise<Effect>;

/** Concurrent effects of one job, by default. */
const LANES = 10;
/** How long an event waits that follows one which another process is delivering. */
const WAIT_FOR_OTHERS_SECONDS = 0.1;

/**
 * Delivers events to consumers, each once: a job that runs twice, on one worker or two, finds the events of the other run claimed
 * or done. Only if a worker dies between an effect and its acknowledgement does the effect happen again.
 */
@Injectable()
export class Deliveries implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly logger: Logger,
  ) {}

  /** Runs before the queue closes, which waits for running jobs. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  /**
   * Claims the events that are due, calls `prepare` to load their data, and runs the effect that it returns for each event, `lanes`
   * at a time. Acknowledges every event separately. A failed one is tried again later, for about a day.
   */
  async handle(consumer: string, eventIds: readonly EventId[], prepare: Prepare, lanes = LANES): Promise<void> {
    await this.handleSome(consumer, eventIds, { prepare, lanes, inOrder: false });
  }

  /** The same, and events about one thing one after the other: each when the one before it was delivered or given up, in whatever process. */
  async handleInOrder(consumer: string, eventIds: readonly EventId[], prepare: Prepare, lanes = LANES): Promise<void> {
    let claimed: number;
    do claimed = await this.handleSome(consumer, eventIds, { prepare, lanes, inOrder: true });
    while (claimed > 0 && !this.stopping);
    await this.putOff(consumer, eventIds, WAIT_FOR_OTHERS_SECONDS);
  }

  /** Hands queued events back, which this process can't deliver now. That is no attempt. */
  putOff(consumer: string, eventIds: readonly EventId[], seconds: number): Promise<void> {
    return this.repository.putOff(consumer, eventIds, seconds);
  }

  /** Returns how many were claimed. */
  private async handleSome(
    consumer: string,
    eventIds: readonly EventId[],
    { prepare, lanes, inOrder }: { prepare: Prepare; lanes: number; inOrder: boolean },
  ): Promise<number> {
    const claimedAt = performance.now();
    const waiting = await this.repository.claim(consumer, eventIds, inOrder);
    const { length } = waiting;
    if (length === 0) return 0;
    const claims = new HeldClaims(waiting, claimedAt, (held) => this.repository.renew(consumer, held)).begin();
    try {
      const effect = await prepare(waiting).catch((error: unknown) => () => Promise.reject(error));
      await this.deliverAll(consumer, waiting, claims, effect, lanes);
      return length;
    } finally {
      await claims.end();
    }
  }

  private async deliverAll(
    consumer: string,
    waiting: ClaimedEvent[],
    claims: HeldClaims,
    effect: Effect,
    lanes: number,
  ): Promise<void> {
    const outcomes = new OutcomeLog((batch) => this.repository.record(consumer, batch));
    const lane = async (): Promise<void> => {
      for (let event = waiting.shift(); event; event = waiting.shift()) {
        const mayBegin = !this.stopping && claims.maySurelyBegin(event);
        outcomes.add(mayBegin ? await this.deliver(consumer, event, effect) : released(event));
        claims.leave(event);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await outcomes.recorded();
  }

  private async deliver(consumer: string, event: ClaimedEvent, effect: Effect): Promise<Outcome> {
    const { id, attempt } = event;
    const began = () =>
      attempt > MAX_ATTEMPTS ? Promise.reject(new Fault('every worker that tried it died')) : effect(event);
    try {
      await asContinued(consumer, event, () =>
        counted(consumer, () => (event.requestId ? inRequest({ requestId: event.requestId }, began) : began())),
      );
      finished.inc({ consumer, outcome: 'done' });
      return { id, attempt, status: 'done' };
    } catch (error) {
      if (error instanceof Postponed) return released(event, error.delaySeconds);
      return this.failure(consumer, event, error);
    }
  }

  private failure(consumer: string, { id, attempt, type, requestId }: ClaimedEvent, error: unknown): Outcome {
    const delaySeconds = error instanceof FinalFailure ? undefined : retryDelay(attempt, Math.random());
    const fields = { consumer, eventId: id, event: type, attempt, ...(requestId && { requestId }), err: error };
    if (delaySeconds === undefined) this.logger.error('delivery is dead: it failed for good, or too often', fields);
    else this.logger.warn('delivery failed; it is tried again', { ...fields, delaySeconds });
    finished.inc({ consumer, outcome: delaySeconds === undefined ? 'dead' : 'retried' });
    const message = error instanceof Error ? error.message : String(error);
    return delaySeconds === undefined
      ? { id, attempt, status: 'dead', error: message }
      : { id, attempt, status: 'pending', error: message, delaySeconds };
  }
}

/** Runs an effect as part of the trace of the change, if that was traced. */
function asContinued(
  consumer: string,
  { id, type, traceparent, attempt }: ClaimedEvent,
  effect: () => Promise<void>,
): Promise<void> {
  if (!traceparent) return effect();
  const attributes = {
    'messaging.system': 'till',
    'messaging.operation.type': 'process',
    'messaging.destination.name': consumer,
    'messaging.message.id': id,
    'till.event.type': type,
    'till.delivery.attempt': attempt,
  };
  return traced(`process ${consumer}`, { kind: 'consumer', attributes, parent: traceparent }, effect);
}

/** The outcome of a delivery that did not start, which is not an attempt. */
function released({ id, attempt }: ClaimedEvent, delaySeconds = 0): Outcome {
  return { id, attempt, status: 'released', delaySeconds };
}

/** Records outcomes as soon as they are known, in batches while a statement is running. */
class OutcomeLog {
  private waiting: Outcome[] = [];
  private writing = Promise.resolve();

  constructor(private readonly write: (batch: readonly Outcome[]) => Promise<void>) {}

  add(outcome: Outcome): void {
    this.waiting.push(outcome);
    this.writing = this.writing.then(() => this.flush());
    this.writing.catch(() => undefined); // reported by recorded()
  }

  /** @throws the error if an outcome could not be recorded */
  recorded(): Promise<void> {
    return this.writing;
  }

  private async flush(): Promise<void> {
    if (this.waiting.length === 0) return;
    const batch = this.waiting;
    this.waiting = [];
    await this.write(batch);
  }
}
