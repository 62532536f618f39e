import type { Share } from './live-event.js';
import type { LiveFrame } from './live-frame.js';

/** Why Till ends a connection. */
export type EndReason = 'signed_out' | 'rights_changed' | 'too_slow' | 'restart' | 'failure';
/** Why a client must read anew what it shows: what it asked for was deleted, or this log never had it. */
export type ResetReason = 'expired' | 'unknown';

/** One way to a client. Nothing is kept for it beyond what its socket has not taken yet. */
export interface LiveSink {
  readonly transport: 'websocket' | 'sse';
  /** Whether the client reads more slowly than it is written to. */
  readonly isCongested: boolean;
  /** Calls back once, when a congested client has read what was written. */
  onDrained(callback: () => void): void;
  onClosed(callback: () => void): void;
  /** Everything up to this position was sent, and what comes later will be. */
  ready(after: number): void;
  reset(after: number, reason: ResetReason): void;
  event(frame: LiveFrame, share: Exclude<Share, 'none'>): void;
  heartbeat(after: number): void;
  /** Says why, and closes. A client that is too slow is not waited for. */
  end(reason: EndReason): void;
}
