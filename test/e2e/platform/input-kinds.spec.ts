import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageBody } from '../../support/bodies.js';
import { type BusyShop, type Example, startBusyShop } from '../../support/every-request.js';
import { bodyFields, type OpenApi, type Operation, type TextField, withValue } from '../../support/openapi.js';
import { problemIn } from '../../support/problem.js';

// Driven by the OpenAPI document: a member that is added to a body or a query is covered by itself.

let shop: BusyShop;
let document: OpenApi;
beforeAll(async () => {
  shop = await startBusyShop();
  document = (await shop.api.request<OpenApi>('GET /openapi.json')).body;
});
afterAll(() => shop?.api.close());

interface Described extends Operation {
  readonly method: string;
  readonly path: string;
}

const operations = (): Described[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );

const withJson = () => operations().filter(({ requestBody }) => requestBody?.content['application/json']);

function exampleOf({ method, path }: Described): Example {
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
  const found = shop.examples().find((example) => example.method === method && pattern.test(example.path));
  if (!found) throw new Error(`Add an example of ${method} ${path} to test/support/every-request.ts.`);
  return found;
}

/** Every member of every body, with the operation that takes it. */
const fields = () =>
  withJson().flatMap((operation) =>
    bodyFields(document, operation.requestBody?.content['application/json']?.schema).map((field) => ({
      operation,
      field,
    })),
  );

async function send({ method, path }: Example, body: unknown) {
  const headers = { 'idempotency-key': randomUUID() };
  const answer = await shop.api.request(`${method} ${path}`, { token: shop.admin.token, body, headers });
  return { ...answer, problem: answer.status >= 400 ? problemIn(answer) : undefined };
}

describe('Every member of every body', () => {
  it('is described: there are many, some nested and some in lists', () => {
    const pointers = fields().map(({ field }) => field.pointer);
    expect(withJson().length).toBeGreaterThan(17);
    expect(pointers).toEqual(
      expect.arrayContaining(['/lines/0/unitPrice', '/price/currency', '/stock/onHand', '/sku']),
    );
  });

  it('refuses null by its name', { timeout: 120_000 }, async () => {
    for (const { operation, field } of fields().filter((it) => !it.field.nullable)) {
      const example = exampleOf(operation);
      const { status, problem } = await send(example, withValue(example.body, field.pointer, null));
      const named =
        problem?.errors?.some(({ pointer }) => pointer !== '' && field.pointer.startsWith(pointer)) ?? false;
      const at = `${operation.method} ${operation.path} ${field.pointer}`;
      expect({ at, status, code: problem?.code, named }).toEqual({
        at,
        status: 400,
        code: 'validation_failed',
        named: true,
      });
    }
  });

  it('takes null for absent where that is described', async () => {
    for (const { operation, field } of fields().filter((it) => it.field.nullable)) {
      const example = exampleOf(operation);
      const { status } = await send(example, withValue(example.body, field.pointer, null));
      expect([field.pointer, status < 500 && status !== 403]).toEqual([field.pointer, true]);
    }
  });
});

/** One or two code points each, of kinds that programs count differently. */
const letters: readonly (readonly [string, string])[] = [
  ['plain', 'a'],
  ['a variation selector after each', 'a\uFE0F'],
  ['astral', '\u{1F600}'],
  ['astral ideographs', '\u{20000}'],
  ['combining', 'e\u0301'],
  ['joined', '\u{1F468}\u200D'],
  ['from right to left', '\u202E\u05D0'],
  ['of two in capitals', '\u00DF'],
  ['line breaks', 'a\n'],
  ['variation selectors of the other plane', 'a\u{E0100}'],
];

const ofLength = (letter: string, length: number) => [...letter.repeat(length)].slice(0, length).join('');

/** The least repetition that has more than so many code points, also once it is composed. */
function longerThan(letter: string, length: number): string {
  const each = [...letter.repeat(2).normalize('NFC')].length / 2;
  return letter.repeat(Math.floor(length / each) + 1);
}

const texts = () => fields().filter((it): it is { operation: Described; field: TextField } => it.field.isText);

describe('Every text of every body', () => {
  it('has a limit, an own form or a list of values', () => {
    const free = texts().filter(({ field }) => field.maxLength === undefined && !field.hasForm);
    expect(free.map(({ operation, field }) => `${operation.method} ${operation.path} ${field.pointer}`)).toEqual([]);
  });

  it.each(letters)('is measured as its column does: %s', { timeout: 120_000 }, async (_, letter) => {
    for (const { operation, field } of texts()) {
      const limit = field.maxLength ?? 1000;
      const example = exampleOf(operation);
      const ask = (text: string) => send(example, withValue(example.body, field.pointer, text));
      const tooLong = (answer: Awaited<ReturnType<typeof ask>>) =>
        answer.problem?.errors?.some(({ pointer, code }) => pointer === field.pointer && /length/.test(code)) ?? false;
      const [within, beyond] = [await ask(ofLength(letter, limit)), await ask(longerThan(letter, limit))];
      const at = `${operation.method} ${operation.path} ${field.pointer}`;
      expect({ at, within: within.status < 500, tooLong: tooLong(within) }).toEqual({
        at,
        within: true,
        tooLong: false,
      });
      expect({ at, beyond: beyond.status }).toEqual({ at, beyond: 400 });
    }
  });
});

const queries = () =>
  operations().flatMap((operation) =>
    (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, required = false }) => ({ operation, required, name: name.replace('[name]', '[color]') })),
  );

const get = (operation: Described, query: string) =>
  shop.api.get<PageBody<unknown>>(`${shop.addressOf(operation.path)}?${query}`, shop.admin);

/** Without the times of the answer itself: a proof says when it was made. */
const timeless = (body: unknown) => JSON.stringify(body).replaceAll(/"(at|checkedAt)":"[^"]*"/g, '"$1":""');

/** Pages of something; a report has one answer. */
const lists = () => queries().filter(({ name, operation }) => name === 'limit' && hasCursor(operation));
const hasCursor = ({ parameters = [] }: Described) =>
  parameters.some(({ name }) => name === 'cursor' || name === 'after');

describe('Every query parameter', () => {
  it('is described: there are many', () => expect(queries().length).toBeGreaterThan(30));

  it('is absent when it is empty', { timeout: 60_000 }, async () => {
    for (const { operation, name } of queries().filter(({ required }) => !required)) {
      const [empty, absent] = [await get(operation, `${name}=`), await get(operation, '')];
      const at = `${operation.path} ${name}`;
      expect({ at, status: empty.status, body: timeless(empty.body) }).toEqual({
        at,
        status: 200,
        body: timeless(absent.body),
      });
    }
  });

  it('makes no 500, whatever text it has', { timeout: 120_000 }, async () => {
    const texts = letters.flatMap(([, letter]) => [letter, ofLength(letter, 100), ofLength(letter, 400)]);
    for (const { operation, name } of queries()) {
      for (const text of [...texts, 'null', '-1', '1e999', '9007199254740993', "'", '%', '\\', '{}', '2026-02-30']) {
        const { status } = await get(operation, `${name}=${encodeURIComponent(text)}`);
        expect([operation.path, name, text.slice(0, 10), status < 500]).toEqual([
          operation.path,
          name,
          text.slice(0, 10),
          true,
        ]);
      }
    }
  });
});

describe('Every list', () => {
  it('keeps to its limit, and refuses others', { timeout: 60_000 }, async () => {
    expect(lists().length).toBeGreaterThan(12);
    for (const { operation } of lists()) {
      for (const limit of [1, 100]) {
        const { status, body } = await get(operation, `limit=${limit}`);
        expect([operation.path, status, body.data.length <= limit]).toEqual([operation.path, 200, true]);
      }
      for (const limit of ['0', '101', '-1', '1.5', 'x', '9007199254740993', '1e999', 'null']) {
        const refused = problemIn(await get(operation, `limit=${limit}`));
        expect([operation.path, limit, refused.status]).toEqual([operation.path, limit, 400]);
        expect(refused.errors?.map(({ pointer }) => pointer)).toEqual(['/limit']);
      }
    }
  });

  it('survives a balance beyond 2^53', { timeout: 60_000 }, async () => {
    await shop.api.sql(
      `INSERT INTO ledger_rollups (account_id, hour, amount) SELECT id, 1, $1 FROM ledger_accounts
       ON CONFLICT (account_id, hour) DO UPDATE SET amount = EXCLUDED.amount`,
      ['9007199254740993000'],
    );
    for (const { operation } of lists()) {
      const { status } = await get(operation, 'limit=100');
      expect([operation.path, status]).toEqual([operation.path, 200]);
    }
  });
});
