import { STATUS_CODES } from 'node:http';
import { titleOf } from '../http/index.js';
import type { Operation, Response } from './document.js';
import { headersOf } from './headers.js';
import { byStatus } from './refusals.js';
import type { RouteFacts } from './route-facts.js';

const limitFields = ({ terms }: RouteFacts) =>
  terms.limitedAs === 'unlimited' ? [] : ['RateLimit', 'RateLimit-Policy'];

/** Adds what an operation responds beyond its own views: headers, 304, and problems by status with their codes. */
export function describeResponses(
  operation: Operation,
  facts: RouteFacts,
  codes: readonly string[],
  method: string,
): void {
  const problems = [...byStatus(codes)].map(([status, its]) => [status, problemResponse(status, its, facts)]);
  for (const [status, response] of Object.entries(operation.responses)) {
    response.description ||= STATUS_CODES[status] ?? 'The response';
    response.headers = { ...headersOf(successFields(response, facts, method)), ...response.headers };
  }
  const pages = Object.values(operation.responses).some(isPage);
  operation.responses = {
    ...operation.responses,
    ...(facts.sendsETag && method === 'get' && { 304: notModified(facts, pages) }),
    ...(Object.fromEntries(problems) as Record<string, Response>),
    default: { $ref: '#/components/responses/Problem' },
  };
}

function successFields(response: Response, facts: RouteFacts, method: string): string[] {
  return [
    'X-Request-Id',
    ...limitFields(facts),
    ...(facts.sendsETag ? ['ETag'] : []),
    ...(facts.sendsETag && method === 'get' ? ['Cache-Control'] : []),
    ...(facts.terms.location === undefined ? [] : ['Location']),
    ...(isPage(response) ? ['Link'] : []),
    ...(facts.idempotency ? ['Idempotent-Replayed'] : []),
  ];
}

const isPage = ({ content = {} }: Response): boolean => JSON.stringify(content).includes('Page"');

const notModified = (facts: RouteFacts, pages: boolean): Response => ({
  description: 'The resource, or the page, is as `If-None-Match` names it.',
  headers: headersOf(['X-Request-Id', ...limitFields(facts), 'ETag', 'Cache-Control', ...(pages ? ['Link'] : [])]),
});

const waits = new Set([409, 429, 503]);

function problemResponse(status: number, codes: readonly string[], facts: RouteFacts): Response {
  const fields = [
    'X-Request-Id',
    ...limitFields(facts),
    ...(waits.has(status) ? ['Retry-After'] : []),
    ...(status === 401 ? ['WWW-Authenticate'] : []),
  ];
  return {
    description: codes.map((code) => `- \`${code}\`: ${titleOf(code)}`).join('\n'),
    headers: headersOf(fields),
    content: { 'application/problem+json': { schema: problemWith(status, codes) } },
  };
}

/** The general problem, with the status and the codes that are possible. */
const problemWith = (status: number, codes: readonly string[]): object => ({
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    {
      type: 'object',
      properties: { status: { type: 'integer', enum: [status] }, code: { type: 'string', enum: [...codes] } },
    },
  ],
});

/**
 * Gives the most frequent response of each status of a problem a name in the components, `Problem404`, and refers to it: most
 * operations share it.
 */
export function shareResponses(operations: readonly Operation[]): Record<string, Response> {
  const shared: Record<string, Response> = {};
  const responses = operations.flatMap((operation) => Object.entries(operation.responses));
  for (const status of new Set(responses.map(([name]) => name).filter((name) => /^[45]\d\d$/.test(name)))) {
    const texts = responses.filter(([name]) => name === status).map(([, response]) => JSON.stringify(response));
    const most = mostFrequent(texts);
    shared[`Problem${status}`] = JSON.parse(most) as Response;
    for (const operation of operations) {
      if (JSON.stringify(operation.responses[status]) !== most) continue;
      operation.responses[status] = { $ref: `#/components/responses/Problem${status}` };
    }
  }
  return shared;
}

function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b))[0]![0];
}
