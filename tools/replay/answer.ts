import { ReplayFailure } from './failure.js';
import type { Trouble } from './retry.js';

/** An answer that is an RFC 9457 problem and will not pass by itself. */
export class ApiProblem extends ReplayFailure {
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a retry is decided on. */
export function troubleOf({ status, body, retryAfter }: Answer): Trouble {
  const code = typeof body.code === 'string' ? body.code : undefined;
  return status < 400 ? { status } : { status, ...(code && { code }), ...(retryAfter && { retryAfter }) };
}

/** The body of a 2xx answer; anything else becomes an error that says what was asked and what came back. */
export function accepted({ method, path }: Request, { status, body }: Answer): Answer['body'] {
  if (status >= 200 && status < 300) return body;
  const { code, title, detail, errors, requestId } = body;
  const reasons = Array.isArray(errors) ? ` ${JSON.stringify(errors.slice(0, 3))}` : '';
  const said = `${String(detail ?? title ?? 'no explanation')}${reasons}`;
  const trace = requestId === undefined ? '' : ` (request ${String(requestId)})`;
  const message = `${method} ${path} was answered ${status} ${String(code ?? '')}: ${said}${trace}`;
  throw new ApiProblem(status, typeof code === 'string' ? code : undefined, message);
}

/** A JSON object, or an empty one when the text is none, as from a proxy. */
export function parseObject(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer['body']) : {};
  } catch {
    return {};
  }
}
