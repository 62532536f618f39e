import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { tracing } from '../tracing/index.js';
import { sinkFor } from './line-sink.js';
import { watchLevel } from './level-switch.js';
import { loggable } from './loggable.js';
import { currentRequest } from './request-context.js';

/** What all lines of a process say of it. */
export interface ProcessFields {
  /** `api`, `worker` or `command`. */
  readonly process: string;
  readonly version: string;
  /** The slug of the further shop that it serves. */
  readonly shop?: string;
}

/**
 * Writes JSON lines with `level`, `time` (ISO 8601), `msg`, the fields of the process, and `requestId` during a request. Fields and errors pass an allow list
 * (`loggable`), so values of rows, requests and secrets never reach a line.
 */
export function createLogger(
  level: string,
  destination: DestinationStream = sinkFor(1),
  fields: ProcessFields | undefined = undefined,
): Pino {
  const options = {
    ...lineOptions(level, fields),
    formatters: { ...lineOptions(level, fields).formatters, log: loggable },
    // The fields are safe already; pino's serializer would add the message.
    serializers: { err: (err: unknown) => err },
    mixin: () => {
      const request = currentRequest();
      const traceId = tracing()?.position()?.traceId;
      return { ...(request && { requestId: request.requestId }), ...(traceId && { traceId }) };
    },
  };
  return watched(pino(options, destination));
}

/**
 * Lines of the same form for the one that each request leaves: its fields are fixed and made for it. They leave together, at the
 * latest after a tenth of a second or when the process exits: one by one each costs a system call. `kill -9` loses the
 * last tenth of a second of them.
 */
export function createRequestLogger(level: string, fields: ProcessFields): Pino {
  return watched(pino(lineOptions(level, fields), { write: (line) => sinkFor(1).write(line, REQUESTS_TOGETHER_MS) }));
}

function watched(logger: Pino): Pino {
  watchLevel(logger);
  return logger;
}

/** In milliseconds. */
const REQUESTS_TOGETHER_MS = 100;

function lineOptions(level: string, fields?: ProcessFields) {
  return {
    level,
    base: fields,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
}

/** The output for the log of commands, whose results go to stdout. */
export function stderr(): DestinationStream {
  return sinkFor(2);
}

export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern; `none` for a URL without a route. */
  readonly route: string;
  /** The route with the requested ids: see `loggedPath`. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  /** The code of the problem in the response. */
  readonly code?: string | undefined;
  readonly callerId?: string | undefined;
  /** Of the client, shortened by the setting LOG_ADDRESS. */
  readonly address?: string | undefined;
  /** Of the `traceparent` header (W3C Trace Context). */
  readonly traceId?: string | undefined;
  /** Whether the response is that of an earlier request with the same key. */
  readonly replayed?: true | undefined;
}

/** Till's logger. Nest logs through it as well (`app.useLogger`). */
export class Logger implements LoggerService {
  constructor(
    private readonly pino: Pino,
    private readonly requests: Pino = pino,
  ) {}

  /** Logs a finished request: those of probes and scrapes, which come every few seconds, at `debug`. */
  request(fields: RequestLine, isProbe = false): void {
    if (isProbe) this.requests.debug(fields, 'request');
    else this.requests.info(fields, 'request');
  }

  info(message: string, fields: object = {}): void {
    this.pino.info(fields, message);
  }

  warn(message: string, fields?: unknown): void {
    this.pino.warn(asFields(fields), withoutReason(message));
  }

  error(message: unknown, fields?: unknown): void {
    if (message instanceof Error) this.pino.error({ err: message }, 'an unexpected error');
    else this.pino.error(asFields(fields), withoutReason(String(message)));
  }

  /** Logs Nest's messages about its start at a low level. */
  log(message: string, fields?: unknown): void {
    this.pino.debug(asFields(fields), message);
  }

  debug(message: string, fields?: unknown): void {
    this.pino.debug(asFields(fields), message);
  }
}

/** Nest passes a context name or a stack where Till passes fields. */
function asFields(fields: unknown): object {
  if (fields instanceof Error) return { err: fields };
  if (typeof fields === 'object' && fields !== null) return fields;
  return fields === undefined ? {} : { context: fields };
}

/** Nest's TypeOrmModule puts the database's own words behind its message. */
function withoutReason(message: string): string {
  return message.replace(/ Message: .*/s, '');
}
