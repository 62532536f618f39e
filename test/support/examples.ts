import { expect } from 'vitest';
import type { Api } from './api.js';
import type { OpenApi, Operation } from './openapi.js';

interface Described extends Operation {
  readonly method: string;
  readonly path: string;
}

interface Given {
  readonly token?: string | undefined;
  /** The id in the path. */
  readonly id?: string | undefined;
  /** Members that name something, or prove something: what the example has for them exists in no shop. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** What only a mail, an app or an earlier response knows, and the address of a receiver that exists. */
const PROOFS = ['url', 'token', 'code', 'mfaToken', 'refreshToken', 'flow', 'callback', 'redirectUri'];
const isId = (value: unknown) => typeof value === 'string' && /^[a-z]{3}_01h455vb4pex5vsknk084sn02q$/.test(value);

/** Sends the examples of an OpenAPI document to an api. */
export function examplesOf(api: Api, document: OpenApi) {
  const described: Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const operationOf = (id: string) => described.find(({ operationId }) => operationId === id)!;
  const sent = new Set<string>();
  const statusOf = ({ responses }: Described) =>
    Number(Object.keys(responses).find((status) => status.startsWith('2')));

  /** What staff finds at the address of something that was created. */
  async function read(location: string) {
    const { status, body } = await api.get(location, await api.admin());
    return { location, status, body };
  }

  /** Sends the example of an operation, and returns the body of the response, which has the status that the document promises. */
  async function send<T = { id: string }>(
    operationId: string,
    { token, id = '', members = {} }: Given = {},
  ): Promise<T> {
    const operation = operationOf(operationId);
    const example = Object.values(operation.requestBody?.content ?? {})[0]?.example as Record<string, unknown>;
    if (operation.requestBody && !example) throw new Error(`${operationId} has a body without an example.`);
    const kept = Object.keys(members).filter((name) => !isId(example[name]) && !PROOFS.includes(name));
    if (kept.length > 0) throw new Error(`${operationId}: send ${kept.join(', ')} as the example has it.`);
    const key = operation.parameters?.find(({ name }) => name === 'Idempotency-Key')?.example;
    const headers: Record<string, string> = typeof key === 'string' ? { 'idempotency-key': key } : {};
    const line = `${operation.method} ${operation.path.replace(/\{\w+\}/, id)}`;
    const response = await api.request<T>(line, { token, headers, body: example && { ...example, ...members } });
    sent.add(operationId);
    expect({ operationId, status: response.status, body: response.body }).toMatchObject({
      operationId,
      status: statusOf(operation),
    });
    const location = response.headers.get('location');
    if (location !== null) expect(await read(location)).toMatchObject({ location, status: 200 });
    return response.body;
  }

  /** Parameters of queries that have an example, each with the request that sends it alone. */
  const queries = () =>
    described.flatMap(({ operationId, method, path, parameters = [] }) =>
      parameters
        .filter((it) => it.in === 'query')
        .map(({ name, example, schema }) => ({ name, example: example ?? schema?.examples?.[0] }))
        .filter(({ example }) => example !== undefined)
        .map(({ name, example }) => {
          const query = new URLSearchParams({ [name]: String(example) });
          return { operationId, line: `${method} ${path}?${query.toString()}` };
        }),
    );
  /** Operations with a body of JSON whose example was not sent. */
  const unsent = () =>
    described
      .filter(({ requestBody }) => requestBody?.content['application/json'])
      .map(({ operationId }) => operationId)
      .filter((operationId) => !sent.has(operationId));
  return { send, queries, unsent };
}
