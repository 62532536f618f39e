import { DomainError } from '../shared/errors.js';

export class TooManyLiveConnections extends DomainError {
  readonly code = 'too_many_live_connections';
  readonly kind = 'rate_limited';

  constructor(limit: number) {
    super(`At most ${limit} live connections are open per person; close one, then connect again.`, {
      retryAfterSeconds: 5,
    });
  }
}

export class NoRoomForLiveConnection extends DomainError {
  readonly code = 'no_room_for_live_connection';
  readonly kind = 'unavailable';

  constructor() {
    super('This process takes no more live connections, or is about to end; connect again.', { retryAfterSeconds: 1 });
  }
}

export class UpgradeRequired extends DomainError {
  readonly code = 'websocket_required';
  readonly kind = 'invalid';

  constructor() {
    super('This address speaks WebSocket; /v1/live/events has the same as Server-Sent Events.');
  }
}
