import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The token that the service accepts. */
export const TAX_TOKEN = 'tax-service-token-0123456789';

/**
 * How a call goes wrong. `slow`: it is never answered. `error`: 500, having done nothing. `cut`: the connection breaks before anything is done;
 * `done_then_cut`: after it was done. `garbled`: no JSON. The others are estimates that can't be right.
 */
export type TaxFault =
  'slow' | 'error' | 'cut' | 'done_then_cut' | 'garbled' | 'wrong_sum' | 'missing_item' | 'beyond_price';

interface Group {
  readonly country: string;
  readonly category: string;
  readonly rate: string;
  readonly net: number;
  readonly tax: number;
}
interface Item {
  readonly id: string;
  readonly taxClass: string;
  readonly amount: number;
}
/** What the service has in its books of one sale. */
export interface KeptDocument {
  readonly groups: readonly Group[];
  readonly refunds: readonly (readonly Group[])[];
  readonly voided: boolean;
}
interface Call {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: Record<string, unknown>;
}
interface Answer {
  readonly status: number;
  readonly body: object;
}

const refused = (status: number, message: string): Answer => ({ status, body: { message } });
const done: Answer = { status: 200, body: {} };
const keyOf = ({ country, category, rate }: Group) => `${country}:${category}:${rate}`;

/** The rates of this service, in percent, by country. Prices in Britain include the tax. */
const rates: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GB: { standard: '20', reduced: '5', books: '0' },
  US: { standard: '8.25', books: '0' },
};

export type TaxService = Awaited<ReturnType<typeof startTaxService>>;

/** A tax service on a free port of this machine that speaks the protocol of docs/tax.md. It rounds the tax of each item by itself. */
export async function startTaxService() {
  const documents = new Map<string, KeptDocument>();
  const answers = new Map<string, Answer>();
  const calls: Call[] = [];
  const faults: { readonly fault: TaxFault; readonly document?: string }[] = [];
  const hooks: { beforeEstimate: () => Promise<void>; fault: TaxFault | undefined; refuse: string | undefined } = {
    beforeEstimate: async () => {},
    fault: undefined,
    refuse: undefined,
  };
  const books = bookkeeping(documents);
  const nextFault = ({ path, body }: Call) => {
    const at = faults.findIndex(({ document }) => !document || (path === '/commits' && body['document'] === document));
    return at < 0 ? hooks.fault : faults.splice(at, 1)[0]!.fault;
  };

  async function answerTo(call: Call, fault: TaxFault | undefined): Promise<Answer> {
    if (call.path === '/estimates') {
      await hooks.beforeEstimate();
      return estimate(call.body, fault);
    }
    if (!call.key) return refused(400, 'Idempotency-Key is missing');
    const known = answers.get(call.key);
    if (known) return known;
    if (hooks.refuse === call.path) return refused(409, 'the period is closed');
    const answer = books(call);
    answers.set(call.key, answer);
    return answer;
  }

  const server = createServer((request, response) => {
    void read(request).then(async (call) => {
      calls.push(call);
      if (request.headers.authorization !== `Bearer ${TAX_TOKEN}`) return send(response, refused(401, 'who are you?'));
      const fault = nextFault(call);
      if (fault === 'slow') return undefined;
      if (fault === 'cut') return response.destroy();
      if (fault === 'error') return send(response, refused(500, 'it hurts'));
      const answer = await answerTo(call, fault);
      if (fault === 'done_then_cut') return response.destroy();
      if (fault === 'garbled') return response.end('{"tax":');
      return send(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    /** All calls, oldest first; and those of a path. */
    calls,
    callsOf: (path: string) => calls.filter((call) => call.path === path),
    documents,
    /** Makes the next calls go wrong, one after the other. */
    fail: (...next: TaxFault[]) => faults.push(...next.map((fault) => ({ fault }))),
    /** Makes the next commit of this order go wrong, whatever is called for others. */
    failCommit: (document: string, fault: TaxFault) => faults.push({ fault, document }),
    hooks,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const key = request.headers['idempotency-key'] as string | undefined;
  return {
    path: request.url!.slice('/v1'.length),
    key,
    body: JSON.parse(Buffer.concat(chunks).toString()) as object,
  } as Call;
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function estimate(body: Record<string, unknown>, fault: TaxFault | undefined): Answer {
  const { country } = body['destination'] as { country: string };
  const found = rates[country];
  if (!found) return refused(422, `no taxes are known in ${country}`);
  const isInclusive = country === 'GB';
  const items = (body['items'] as Item[]).map(({ id, taxClass, amount }) => {
    const rate = found[taxClass] ?? '0';
    const tax = taxIn(amount, Math.round(Number(rate) * 100), isInclusive);
    const category = rate === '0' ? 'Z' : 'S';
    return {
      id,
      tax: fault === 'beyond_price' ? amount + 1 : tax,
      category,
      rate,
      country,
      label: 'Tax',
      reason: null,
    };
  });
  const tax = items.reduce((sum, item) => sum + item.tax, 0) + (fault === 'wrong_sum' ? 1 : 0);
  const answered = fault === 'missing_item' ? items.slice(1) : items;
  return { status: 200, body: { reference: 'est_1', pricesIncludeTax: isInclusive, tax, items: answered } };
}

/** Of a rate in hundredths of a percent; half up, in whole numbers. */
function taxIn(amount: number, rate: number, isInclusive: boolean): number {
  const [a, r] = [BigInt(amount), BigInt(rate)];
  const whole = isInclusive ? 10_000n + r : 10_000n;
  return Number((2n * a * r + whole) / (2n * whole));
}

/** The documents of the service: one commit for each sale, then a void, or refunds up to what was committed. */
function bookkeeping(documents: Map<string, KeptDocument>) {
  const put = (id: string, document: KeptDocument): Answer => {
    documents.set(id, document);
    return done;
  };
  return ({ path, body }: Call): Answer => {
    const { document: id, groups = [] } = body as { document: string; groups?: Group[] };
    const document = documents.get(id);
    if (path === '/commits')
      return document ? refused(409, 'committed before') : put(id, { groups, refunds: [], voided: false });
    if (!document) return refused(404, 'no such document');
    if (document.voided) return refused(409, 'voided before');
    if (path === '/voids')
      return document.refunds.length > 0 ? refused(409, 'refunded before') : put(id, { ...document, voided: true });
    const refunds = [...document.refunds, groups];
    return isWithin(document.groups, refunds.flat())
      ? put(id, { ...document, refunds })
      : refused(409, 'more than was sold');
  };
}

function isWithin(sold: readonly Group[], refunded: readonly Group[]): boolean {
  return refunded.every((part) => {
    const group = sold.find((one) => keyOf(one) === keyOf(part));
    const same = refunded.filter((one) => keyOf(one) === keyOf(part));
    const sum = (of: (one: Group) => number) => same.reduce((all, one) => all + of(one), 0);
    return group !== undefined && sum(({ net }) => net) <= group.net && sum(({ tax }) => tax) <= group.tax;
  });
}
