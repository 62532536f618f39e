import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SessionStates } from '../auth/index.js';
import type { Caller } from '../platform/access/index.js';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import type { SessionId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import type { LiveConnection } from './live-connection.js';
import { LiveConnections } from './live-connections.js';

/** How often to ask whether sessions and rights are still there, in milliseconds. */
const EVERY_MS = 20_000;
/** Sessions in one statement. */
const BATCH = 1000;

/** Ends connections whose session has ended, whose key was taken away, or whose owner has other rights now. */
@Injectable()
export class LiveAccess implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<void> | undefined;

  constructor(
    private readonly connections: LiveConnections,
    private readonly sessions: SessionStates,
    private readonly users: UsersService,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.check(), EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.checking;
  }

  /** One check at a time. While the database is away, connections get nothing and stay. */
  check(): Promise<void> {
    this.checking ??= this.checkAll()
      .catch((error: unknown) => logFailure(this.logger, 'live connections were not checked', error))
      .finally(() => (this.checking = undefined));
    return this.checking;
  }

  private async checkAll(): Promise<void> {
    const all = [...this.connections.all];
    await this.checkSessions(all.filter(({ subscriber }) => subscriber.caller.sessionId !== undefined));
    for (const connection of all) {
      const { caller, recheck } = connection.subscriber;
      // Customers have no permissions, so that they can lose none.
      if (caller.permissions.size > 0) this.checkRights(connection, await (recheck ?? this.rightsOf(caller))());
    }
  }

  private async checkSessions(connections: readonly LiveConnection[]): Promise<void> {
    for (let begin = 0; begin < connections.length; begin += BATCH) {
      const part = connections.slice(begin, begin + BATCH);
      const live = await this.sessions.liveAmong(part.map(({ subscriber }) => sessionOf(subscriber.caller)));
      for (const connection of part) {
        if (!live.has(sessionOf(connection.subscriber.caller))) this.connections.end(connection, 'signed_out');
      }
    }
  }

  private rightsOf({ userId }: Caller): () => Promise<Rights | undefined> {
    return async () => {
      const account = await this.users.access(userId);
      return account.isActive ? account : undefined;
    };
  }

  private checkRights(connection: LiveConnection, now: Rights | undefined): void {
    if (!now) return this.connections.end(connection, 'signed_out');
    const { permissions } = connection.subscriber.caller;
    const isSame = permissions.size === now.permissions.size && [...permissions].every((it) => now.permissions.has(it));
    if (!isSame) this.connections.end(connection, 'rights_changed');
  }
}

type Rights = Pick<Caller, 'permissions'>;

const sessionOf = ({ sessionId }: Caller): SessionId => sessionId!;
