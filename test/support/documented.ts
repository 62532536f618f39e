import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type OpenApi, type Operation, type Response, resolve } from './openapi.js';

/** A response that the api sent: of which operation, with which status and, of a problem, with which code. */
interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: readonly string[];
}

/** Statuses of the connection, of headers and of errors in Till, which `default` describes for every operation. */
const ANYWHERE = new Set([400, 405, 406, 408, 413, 415, 431, 500]);
/** Headers whose presence an operation must describe. */
const DESCRIBED = ['etag', 'link', 'idempotent-replayed', 'location'];

/** Records what the api sends, to compare it with its description. */
export class SentResponses {
  private readonly seen = new Map<string, Seen>();

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onSend', (request, reply, payload, done) => {
      this.note(request, reply, payload);
      done(null, payload);
    });
  }

  private note({ method, routeOptions }: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    if (routeOptions.url === undefined) return;
    const isProblem = String(reply.getHeader('content-type')).startsWith('application/problem+json');
    const code = isProblem ? (JSON.parse(String(payload)) as { code: string }).code : undefined;
    const headers = DESCRIBED.filter((name) => reply.hasHeader(name));
    const path = routeOptions.url.replaceAll(/:(\w+)/g, '{$1}');
    const seen: Seen = { method: method.toLowerCase(), path, status: reply.statusCode, code, headers };
    this.seen.set(JSON.stringify(seen), seen);
  }

  /** Returns what was sent and is not described, each with what to do. */
  complaints(document: OpenApi): string[] {
    return [...this.seen.values()].flatMap((seen) => {
      const operation = document.paths[seen.path]?.[seen.method];
      return operation ? complaintsAbout(document, operation, seen) : [];
    });
  }
}

function complaintsAbout(document: OpenApi, operation: Operation, seen: Seen): string[] {
  const { method, path, status, code, headers } = seen;
  const of = `${method.toUpperCase()} ${path} responded ${status}${code === undefined ? '' : ` ${code}`}`;
  const found = operation.responses[status];
  if (!found) {
    if (code !== undefined && ANYWHERE.has(status)) return [];
    return [`${of}, which its description does not have: ${advice(code, status)}.`];
  }
  const response = found.$ref ? (resolve(document, found.$ref) as Response) : found;
  if (code !== undefined && !codesOf(response).includes(code)) {
    if (ANYWHERE.has(status) && status !== 400) return [];
    return [`${of}, which its description does not have: ${advice(code, status)}.`];
  }
  const described = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
  return code !== undefined
    ? []
    : headers
        .filter((name) => !described.includes(name))
        .map((name) => `${of} with the header ${name}, which its description does not have.`);
}

const advice = (code: string | undefined, status: number): string =>
  code === undefined
    ? `add a decorator such as @ApiOkResponse for ${status}`
    : `add '${code}' to "refuses" of its @Operation()`;

function codesOf(response: Response): string[] {
  const schema = response.content?.['application/problem+json']?.schema;
  return (schema?.allOf ?? []).flatMap((part) => (part.properties?.['code']?.enum ?? []) as string[]);
}
