/** What Till uses of `ws`, which has no types of its own. */
declare module 'ws' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  interface ServerOptions {
    readonly noServer: true;
    readonly clientTracking: boolean;
    /** Bytes of one message. */
    readonly maxPayload: number;
    readonly perMessageDeflate: boolean;
  }

  export class WebSocket {
    /** `protocols` and `options` are for clients. */
    constructor(url: string, options?: { headers?: Readonly<Record<string, string>> });
    /** Bytes that were sent and not written to the network yet. */
    readonly bufferedAmount: number;
    /** 1 while it is open. */
    readonly readyState: number;
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: 'close', listener: (code: number, reason: Buffer) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'pong' | 'open', listener: () => void): this;
    on(event: 'unexpected-response', listener: (request: unknown, response: IncomingMessage) => void): this;
    once(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    once(event: 'close' | 'open', listener: () => void): this;
    send(data: string, written?: () => void): void;
    ping(): void;
    pause(): void;
    resume(): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
  }

  export class WebSocketServer {
    constructor(options: ServerOptions);
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void;
  }
}
