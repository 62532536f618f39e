import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { currentRequest } from './request-context.js';

/** Names under which secrets travel; their values never reach a log line. */
const secretNames = [
  'password',
  'newPassword',
  'authorization',
  'cookie',
  'accessToken',
  'refreshToken',
  'token',
  'secret',
  'secretKey',
  'client_secret',
  'paymentMethod',
];
const redacted = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * JSON lines (one object each) with `level`, `time` (ISO 8601), `msg`, and `requestId` where a request is being
 * served. Secrets are replaced by `[redacted]`.
 */
export function createLogger(level: string, destination?: DestinationStream): Pino {
  const options = {
    ...lineOptions(level),
    redact: { paths: redacted, censor: '[redacted]' },
    mixin: () => {
      const request = currentRequest();
      return request ? { requestId: request.requestId } : {};
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * Lines of the same form for the one that each request leaves: its fields are fixed, so there is nothing to redact. They leave
 * together, at the latest after a tenth of a second or when the process exits: one by one each costs a system call. So they may
 * stand behind later lines of other kinds, and `kill -9` loses the last tenth of a second of them.
 */
export function createRequestLogger(level: string): Pino {
  return pino(lineOptions(level), pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 }));
}

function lineOptions(level: string) {
  return {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
}

/** Where commands log, so that stdout is theirs to answer on. */
export function stderr(): DestinationStream {
  return pino.destination({ dest: 2, sync: true });
}

export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** Without the query, which may carry what is nobody's business. */
  readonly path: string | undefined;
  readonly status: number;
  readonly ms: number;
}

/** Till's logger. Nest logs through it as well (`app.useLogger`). */
export class Logger implements LoggerService {
  constructor(
    private readonly pino: Pino,
    private readonly requests: Pino = pino,
  ) {}

  /** The line that tells of a request that was answered. */
  request(fields: RequestLine): void {
    this.requests.info(fields, 'request');
  }

  info(message: string, fields: object = {}): void {
    this.pino.info(fields, message);
  }

  warn(message: string, fields?: unknown): void {
    this.pino.warn(asFields(fields), message);
  }

  error(message: unknown, fields?: unknown): void {
    if (message instanceof Error) this.pino.error({ err: message }, message.message);
    else this.pino.error(asFields(fields), String(message));
  }

  /** Nest's account of its own start, which is of use only to those who look for it. */
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
