import type { WebSocket } from 'ws';
import type { Share } from './live-event.js';
import type { LiveFrame } from './live-frame.js';
import type { EndReason, LiveSink, ResetReason } from './live-sink.js';

/** Bytes that a client may leave unread before nothing more is written to it. */
const HIGH_WATER = 64 * 1024;
/** Codes of applications (RFC 6455, section 7.4.2), and 1012: the service restarts. */
const codes: Readonly<Record<EndReason, number>> = {
  signed_out: 4401,
  rights_changed: 4403,
  too_slow: 4408,
  restart: 1012,
  failure: 1011,
};

export class WebSocketSink implements LiveSink {
  readonly transport = 'websocket';
  private isAlive = true;
  private drained: (() => void) | undefined;

  constructor(private readonly socket: WebSocket) {
    socket.on('pong', () => (this.isAlive = true));
  }

  get isCongested(): boolean {
    return this.socket.bufferedAmount > HIGH_WATER;
  }

  onDrained(callback: () => void): void {
    this.drained = callback;
  }

  onClosed(callback: () => void): void {
    this.socket.once('close', callback);
  }

  ready(after: number): void {
    this.send({ type: 'ready', after });
  }

  reset(after: number, reason: ResetReason): void {
    this.send({ type: 'reset', after, reason });
  }

  event(frame: LiveFrame, share: Exclude<Share, 'none'>): void {
    this.socket.send(frame.text('websocket', share), this.onWritten);
  }

  /** A client that did not answer the last one is gone. */
  heartbeat(after: number): void {
    if (!this.isAlive) return this.socket.terminate();
    this.isAlive = false;
    this.socket.ping();
    this.send({ type: 'heartbeat', after });
  }

  end(reason: EndReason): void {
    if (reason === 'too_slow') return this.socket.terminate();
    this.socket.close(codes[reason], reason);
  }

  private send(message: object): void {
    this.socket.send(JSON.stringify(message), this.onWritten);
  }

  private readonly onWritten = (): void => {
    if (!this.drained || this.isCongested) return;
    const callback = this.drained;
    this.drained = undefined;
    callback();
  };
}
