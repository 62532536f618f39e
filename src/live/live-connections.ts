import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { logFailure } from '../platform/database/index.js';
import { Draining } from '../platform/health/index.js';
import { Logger } from '../platform/logging/index.js';
import { gauge } from '../platform/metrics/index.js';
import type { Caller } from '../platform/access/index.js';
import type { Subscriber } from './live-event.js';
import { LiveConnection } from './live-connection.js';
import { LiveLog } from './live-log.js';
import { LiveLogRepository } from './live-log.repository.js';
import { endedConnections, refusedConnections } from './live-metrics.js';
import type { EndReason, LiveSink } from './live-sink.js';
import { NoRoomForLiveConnection, TooManyLiveConnections } from './live.errors.js';
import { liveSettings } from './live.settings.js';

/** Less than proxies wait for something to come (60 s), in milliseconds. */
const HEARTBEAT_MS = 25_000;

/** Connections that have not signed in yet, and how many of all they may be. */
const [STRANGERS, STRANGERS_SHARE] = ['strangers', 0.1] as const;

/** A place that is taken for a connection, until it is left. */
export interface Place {
  leave(): void;
}

/** The connections of this process, and their limits. */
@Injectable()
export class LiveConnections implements OnModuleInit, OnModuleDestroy {
  private readonly open = new Set<LiveConnection>();
  private readonly places = new Map<string, number>();
  private taken = 0;
  private isClosed = false;
  private heart: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: LiveLog,
    private readonly repository: LiveLogRepository,
    private readonly config: Config,
    private readonly draining: Draining,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.heart = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.draining.onBegin(() => this.endAll('restart'));
    gauge('till_live_connections', 'Live connections of this process.', ['transport'], (set) => {
      for (const transport of ['websocket', 'sse']) {
        set({ transport }, [...this.open].filter(({ sink }) => sink.transport === transport).length);
      }
    });
  }

  /** A server waits for its streams when it closes. */
  onModuleDestroy(): void {
    clearInterval(this.heart);
    this.endAll('restart');
  }

  get all(): ReadonlySet<LiveConnection> {
    return this.open;
  }

  /** Takes a place of the process, and one of the caller if they are known. @throws NoRoomForLiveConnection, TooManyLiveConnections */
  take(caller: Caller | undefined): Place {
    const { perProcess, perUser } = this.config.of(liveSettings);
    if (this.isClosed || this.taken >= perProcess) {
      refusedConnections.inc({ limit: 'process' });
      throw new NoRoomForLiveConnection();
    }
    const owner = caller ? (caller.apiKey?.id ?? caller.userId) : STRANGERS;
    const most = caller ? perUser : Math.ceil(perProcess * STRANGERS_SHARE);
    const held = this.places.get(owner) ?? 0;
    if (held >= most) {
      refusedConnections.inc({ limit: 'user' });
      throw new TooManyLiveConnections(most);
    }
    this.places.set(owner, held + 1);
    this.taken += 1;
    return { leave: once(() => this.giveBack(owner)) };
  }

  /** Sends events from now on, and those after a position, until the client or Till ends the connection. */
  begin(subscriber: Subscriber, sink: LiveSink, after: number | undefined): LiveConnection {
    const failed = (error: unknown) => this.fail(connection, error);
    const connection = new LiveConnection(subscriber, sink, this.log, this.repository, failed);
    this.open.add(connection);
    sink.onClosed(() => this.remove(connection, 'closed'));
    connection.begin(after).catch(failed);
    return connection;
  }

  end(connection: LiveConnection, reason: EndReason): void {
    this.remove(connection, reason);
    connection.end(reason);
  }

  private fail(connection: LiveConnection, error: unknown): void {
    logFailure(this.logger, 'a live connection ends, since the log of events could not be read', error);
    this.end(connection, 'failure');
  }

  private remove(connection: LiveConnection, reason: EndReason | 'closed'): void {
    if (this.open.delete(connection)) endedConnections.inc({ reason });
    if (this.open.size === 0) this.log.rest();
  }

  private giveBack(owner: string): void {
    this.taken -= 1;
    const held = this.places.get(owner)! - 1;
    if (held > 0) this.places.set(owner, held);
    else this.places.delete(owner);
  }

  private beat(): void {
    for (const connection of this.open) connection.heartbeat();
  }

  private endAll(reason: EndReason): void {
    this.isClosed = true;
    for (const connection of this.open) this.end(connection, reason);
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
