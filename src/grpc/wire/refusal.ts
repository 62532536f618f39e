import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import { returnedHeaders } from './inner-request.js';
import { type Members, written } from './schema.js';

/** What a response of the API says that refuses something (RFC 9457). */
export interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly type: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

/** By HTTP status. What is not here is a fault of the caller below 500, and of Till from there on. */
const CODES: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  410: status.OUT_OF_RANGE,
  412: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  422: status.ALREADY_EXISTS,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
};
const DOMAIN = 'till';
/** Clients in other languages take 8 KiB of metadata, in base64. */
const MAX_VIOLATIONS = 5;

/** A call that ends with something else than its response. */
export class Refusal extends Error {
  constructor(readonly object: StatusObject) {
    super(object.details);
  }
}

/** Makes refusals, with the details that clients of every language read (https://google.aip.dev/193). */
export class Refusals {
  constructor(private readonly schema: protobuf.Root) {}

  /** Of a problem that the API answered with. */
  ofProblem(httpStatus: number, body: string, headers: Readonly<Record<string, unknown>>): Refusal {
    const problem = JSON.parse(body) as ProblemBody;
    const code = codeOf(httpStatus, headers['retry-after'] !== undefined);
    const refusal = this.of(code, problem.detail, this.detailsOf(problem, headers));
    for (const [name, value] of returnedHeaders(headers)) refusal.object.metadata.set(name, value);
    return refusal;
  }

  /** Of a call that never became a request. */
  of(code: status, message: string, details: readonly Members[] = []): Refusal {
    const metadata = new Metadata();
    const said = message.toWellFormed(); // half a surrogate pair has no form in the trailers
    if (details.length > 0)
      metadata.set('grpc-status-details-bin', this.bytes('Status', { code, message: said, details }));
    return new Refusal({ code, details: said, metadata });
  }

  private detailsOf({ code, type, requestId, errors = [] }: ProblemBody, headers: Members): Members[] {
    const reason = code.toUpperCase();
    const seconds = Number(headers['retry-after']);
    const fieldViolations = errors.slice(0, MAX_VIOLATIONS).map(({ pointer, code: why, message }) => ({
      field: pointer.slice(1).replaceAll('/', '.'),
      description: message.toWellFormed(),
      reason: why.toUpperCase(),
    }));
    return [
      this.detail('ErrorInfo', { reason, domain: DOMAIN, metadata: { code, type } }),
      ...(fieldViolations.length > 0 ? [this.detail('BadRequest', { fieldViolations })] : []),
      ...(seconds > 0 ? [this.detail('RetryInfo', { retryDelay: { seconds } })] : []),
      this.detail('RequestInfo', { requestId }),
    ];
  }

  private detail(name: string, value: Members): Members {
    return { type_url: `type.googleapis.com/google.rpc.${name}`, value: this.bytes(name, value) };
  }

  private bytes(name: string, value: Members): Buffer {
    return written(this.schema.lookupType(`google.rpc.${name}`), value);
  }
}

/** A conflict that ends by itself is worth another try of the same call. */
function codeOf(httpStatus: number, isWorthRetrying: boolean): status {
  if (httpStatus === 409 && isWorthRetrying) return status.ABORTED;
  return CODES[httpStatus] ?? (httpStatus < 500 ? status.INVALID_ARGUMENT : status.INTERNAL);
}
