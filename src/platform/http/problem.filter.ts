import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { maskCardNumbers } from '../../shared/card-numbers.js';
import { DomainError, type ErrorKind, NotYours, type RegisteredProblem } from '../../shared/errors.js';
import { encodeId } from '../../shared/ids.js';
import type { Caller } from '../access/index.js';
import { Config } from '../config/index.js';
import { DatabaseUnavailable, isUnavailable, logFailure } from '../database/index.js';
import { loggedPath, Logger } from '../logging/index.js';
import { safeAddress } from './card-number-refused.js';
import type { DenialLog } from './denial-log.js';
import { titleOf } from './problem-catalog.js';
import { noteProblem } from './request-log.js';

/** The HTTP status of each kind of expected failure. */
export const statusOf: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  unprocessable: 422,
  rate_limited: 429,
  unavailable: 503,
};

/** Codes for refusals by Fastify and Nest, before Till's code runs. */
const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'malformed_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
};

/** The body of every error response (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: DomainError['violations'];
  readonly retryAfterSeconds?: number | undefined;
  readonly registered?: RegisteredProblem | undefined;
}

/** Turns any error into a problem. Unexpected errors become a constant 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    const { code, message: detail, violations, retryAfterSeconds, registered } = error;
    const status = statusOf[error.kind];
    return { status, code, detail, ...(violations && { errors: violations }), retryAfterSeconds, registered };
  }
  if (isBrokenOff(error)) return { status: 400, code: 'malformed_request', detail: 'The request broke off.' };
  if (isUnavailable(error)) return problemOf(new DatabaseUnavailable(error));
  const status = refusedStatus(error);
  const code = status && codeOfStatus[status];
  if (status && code) return { status, code, detail: (error as Error).message };
  return { status: 500, code: 'internal_error', detail: 'The request failed in a way Till did not expect.' };
}

/** Whether the client disconnected while it sent the body, by the error that Node's IncomingMessage emits. */
function isBrokenOff(error: unknown): boolean {
  return (
    error instanceof Error && error.message === 'aborted' && (error as NodeJS.ErrnoException).code === 'ECONNRESET'
  );
}

/** Returns the 4xx status that Fastify or Nest gave the error, if any. */
function refusedStatus(error: unknown): number | undefined {
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown })?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500
    ? codeOfStatus[status]
      ? status
      : 400
    : undefined;
}

/** Turns errors into `application/problem+json`, and logs unexpected ones. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
    private readonly denials?: DenialLog,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.status >= 500)
      logFailure(this.logger, 'request failed', error, {
        path: loggedPath(request.routeOptions.url, request.params),
      });
    noteProblem(request, problem.code);
    if (problem.status === 403) this.logDenial(request, problem.code);
    if (problem.status === 403 || error instanceof NotYours) this.noteDenial(request, problem.code);
    if (reply.sent) return;
    if (problem.retryAfterSeconds) reply.header('Retry-After', String(problem.retryAfterSeconds));
    // RFC 9110, section 15.5.2: a 401 must name the scheme.
    if (problem.status === 401 && !reply.hasHeader('WWW-Authenticate')) reply.header('WWW-Authenticate', 'Bearer');
    void reply
      .status(problem.status)
      .header('Content-Type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemBody(problem, this.config.http.publicUrl, request)));
  }

  /** Also of what belongs to somebody else, which the caller is told does not exist. */
  private noteDenial({ method, routeOptions, url }: FastifyRequest, code: string): void {
    this.denials?.note({ route: `${method} ${routeOptions.url}`, path: shorten(safeAddress(url), 200), code });
  }

  /** A denial is a line of its own: many of one caller are worth a look. */
  private logDenial({ id, routeOptions, params, user }: FastifyRequest & { user?: Caller }, code: string): void {
    this.logger.info('a permission is missing', {
      requestId: id,
      code,
      path: loggedPath(routeOptions.url, params),
      ...(user && { callerId: encodeId('usr', user.userId) }),
    });
  }
}

/** The maximum number of listed mistakes: with more, the client has to fix the kind of mistake, not each one. */
const MAX_ERRORS = 20;
const LONGEST = { pointer: 200, message: 300, detail: 1000, address: 2000 } as const;

/** Returns the first violations, with long texts of the client shortened. */
function shortened(errors: NonNullable<Problem['errors']>): NonNullable<Problem['errors']> {
  return errors.slice(0, MAX_ERRORS).map(({ pointer, code, message }) => ({
    pointer: shorten(pointer, LONGEST.pointer),
    code,
    message: shorten(message, LONGEST.message),
  }));
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}\u2026`;
}

/** Returns a problem's members, sorted for readers, with at most 20 `errors`. */
export function problemBody(problem: Problem, publicUrl: string, request: { url: string; id: string }) {
  const { status, code, detail, errors, registered } = problem;
  return {
    type: registered?.type ?? `${publicUrl}/problems/${code}`,
    title: titleOf(code),
    status,
    // Messages of Fastify and Node may quote the request.
    detail: maskCardNumbers(shorten(detail, LONGEST.detail)),
    instance: shorten(safeAddress(request.url), LONGEST.address),
    code,
    requestId: request.id,
    ...(errors && { errors: shortened(errors) }),
    ...registered?.members,
  };
}
