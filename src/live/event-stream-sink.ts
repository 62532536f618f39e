import { PassThrough } from 'node:stream';
import type { Share } from './live-event.js';
import type { LiveFrame } from './live-frame.js';
import type { EndReason, LiveSink, ResetReason } from './live-sink.js';

/** Bytes that a client may leave unread before nothing more is written to it. */
const HIGH_WATER = 32 * 1024;

/** Server-Sent Events (HTML Standard, section 9.2). */
export class EventStreamSink implements LiveSink {
  readonly transport = 'sse';
  readonly stream = new PassThrough({ highWaterMark: HIGH_WATER });
  private congested = false;

  constructor() {
    this.stream.on('drain', () => (this.congested = false));
    this.stream.on('error', () => undefined); // the client is gone; `close` follows
  }

  get isCongested(): boolean {
    return this.congested;
  }

  onDrained(callback: () => void): void {
    this.stream.once('drain', callback);
  }

  onClosed(callback: () => void): void {
    this.stream.once('close', callback);
  }

  ready(after: number): void {
    this.write(`id: ${after}\nevent: ready\ndata: ${JSON.stringify({ after })}\n\n`);
  }

  reset(after: number, reason: ResetReason): void {
    this.write(`id: ${after}\nevent: reset\ndata: ${JSON.stringify({ after, reason })}\n\n`);
  }

  event(frame: LiveFrame, share: Exclude<Share, 'none'>): void {
    this.write(frame.text('sse', share));
  }

  /** A browser notes the id, and its page hears nothing. */
  heartbeat(after: number): void {
    this.write(`id: ${after}\n\n`);
  }

  end(reason: EndReason): void {
    if (reason === 'too_slow') return void this.stream.destroy();
    this.write(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    this.stream.end();
  }

  private write(text: string): void {
    if (this.stream.writable && !this.stream.write(text)) this.congested = true;
  }
}
