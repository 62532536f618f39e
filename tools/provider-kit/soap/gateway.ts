import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServerless } from 'soap';
import { gatewayWsdl } from '../../../src/payments/providers/soap/wsdl.js';
import { type Asked, Bank, BankRefusal, type Entry, type EnrichedSettlementLine } from './bank.js';
import { TokenCheck } from './ws-security.js';

export const USERNAME = 'till';
export const PASSWORD = 'a <password> & more';
/** So many lines of a statement go into one answer. */
const PAGE = 2;

/** What goes wrong with one call: before the bank has it, or with its answer. */
export type Mishap = {
  /** Does it happen before the bank does anything? */
  readonly before?: boolean;
  /** What is done instead of answering; the request and the answer that was right are given. */
  readonly act: (reply: ServerResponse, right: string) => void;
};

const xml = (reply: ServerResponse, body: string | Buffer, status = 200, type = 'text/xml; charset=utf-8') =>
  void reply.writeHead(status, { 'content-type': type }).end(body);
const nothing = () => undefined;
const fault = (code: string, detail = '') =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>${code}</faultcode>` +
  `<faultstring>Sorry</faultstring>${detail}</soap:Fault></soap:Body></soap:Envelope>`;
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');

const AMOUNT = /(<(?:\w+:)?Amount>)(\d+)/;

export const mishaps = {
  hangs: { act: nothing },
  drops: { act: (reply) => void reply.destroy() },
  loses: { before: true, act: nothing },
  faults: { before: true, act: (reply) => xml(reply, fault('soap:Server'), 500) },
  isBusy: { before: true, act: (reply) => xml(reply, 'busy', 503, 'text/plain') },
  answersHtml: { act: (reply) => xml(reply, '<html><body>Please log in</body></html>', 200, 'text/html') },
  redirects: { act: (reply) => void reply.writeHead(307, { location: 'http://127.0.0.1:1/' }).end() },
  hasDtd: { act: (reply, right) => xml(reply, right.replace('?>', '?><!DOCTYPE x SYSTEM "file:///etc/passwd">')) },
  bombs: {
    act: (reply, right) =>
      xml(reply, right.replace('?>', `?><!DOCTYPE x [<!ENTITY l0 "lol">${laughs}]>`).replace('APPROVED', '&l9;')),
  },
  answersUtf16: { act: (reply, right) => xml(reply, Buffer.from(right, 'utf16le')) },
  talksTooMuch: { act: (reply, right) => xml(reply, right + ' '.repeat(300_000)) },
  talksForEver: {
    act: (reply) => {
      reply.writeHead(200, { 'content-type': 'text/xml' });
      const chunk = Buffer.alloc(65_536, 32);
      const more = (): void => void (reply.destroyed || reply.write(chunk, () => setImmediate(more)));
      more();
    },
  },
  breaksOff: { act: (reply, right) => xml(reply, right.slice(0, right.length / 2)) },
  changesAmount: { act: (reply, right) => xml(reply, right.replace(AMOUNT, '$17')) },
  speaksOfAnother: {
    act: (reply, right) => xml(reply, right.replace(/(<(?:\w+:)?MerchantReference>)[^<]+/, '$1other')),
  },
  marksThousands: {
    act: (reply, right) =>
      xml(
        reply,
        right.replace(AMOUNT, (_, tag) => `${tag}1,000.00`),
      ),
  },
  writesLetters: { act: (reply, right) => xml(reply, right.replace(AMOUNT, '$1$2abc')) },
  writesPart: { act: (reply, right) => xml(reply, right.replace(AMOUNT, '$1$2.5')) },
  commentsAmount: { act: (reply, right) => xml(reply, right.replace(AMOUNT, '$11<!-- thousand -->000')) },
  writesNoTime: { act: (reply, right) => xml(reply, right.replace(/(ProcessedAt>)[^<]+/, '$12026-02-30T10:00:00Z')) },
  answersNonsense: { act: (reply, right) => xml(reply, right.replace('APPROVED', 'PERHAPS')) },
} as const satisfies Record<string, Mishap>;

/** How the gateway writes its numbers and times. */
export interface Handwriting {
  amount: (minorUnits: number, currency: string) => number | string;
  time: (time: Date) => string;
}

export type SoapGatewayServer = Awaited<ReturnType<typeof startSoapGateway>>;

/** A gateway with the bank behind it, over HTTP on 127.0.0.1, speaking by the same WSDL. */
export async function startSoapGateway() {
  const bank = new Bank();
  const check = new TokenCheck(USERNAME, PASSWORD);
  const mishapsToCome: { readonly operation: string | undefined; readonly mishap: Mishap }[] = [];
  const received: string[] = [];
  const writes: Handwriting = { amount: (minorUnits) => minorUnits, time: (time) => time.toISOString() };
  const service = await soapService(bank, check, writes);

  const serve = async (request: IncomingMessage, reply: ServerResponse) => {
    const body = await text(request);
    received.push(body);
    const action = String(request.headers.soapaction).replace(/^.*\/|"$/g, '');
    const index = mishapsToCome.findIndex(({ operation }) => operation === undefined || operation === action);
    const mishap = index < 0 ? undefined : mishapsToCome.splice(index, 1)[0]!.mishap;
    if (mishap?.before) return mishap.act(reply, '');
    const { statusCode, body: right } = await service(body, request.headers as Record<string, string>);
    return mishap ? mishap.act(reply, right) : xml(reply, right, statusCode);
  };
  const server = createServer((request, reply) => void serve(request, reply).catch(() => reply.destroy()));
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    bank,
    /** Who may call. */
    credentials: check,
    /** How it writes from now on. */
    writes,
    /** Every message that came, as it came. */
    received,
    url: `http://127.0.0.1:${port}/soap`,
    /** Lets the next call, or the next of one operation, go wrong. */
    next: (name: keyof typeof mishaps, operation?: string) =>
      void mishapsToCome.push({ operation, mishap: mishaps[name] }),
    /** Nothing listens any more, until `open`. */
    shut: () => close(server),
    open: () => listen(server, port),
    close: () => close(server),
  };
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}

/** What answers one message, by the WSDL. */
async function soapService(bank: Bank, check: TokenCheck, writes: Handwriting) {
  const following = (operation: 'CAPTURE' | 'REVERSE' | 'REFUND') => (given: Given) =>
    answering(() => presentEntry(bank.follow(asked(given, operation), String(given['GatewayReference'])), writes));
  const operations = {
    Authorise: (given: Given) =>
      answering(() =>
        presentEntry(
          bank.open(
            asked(given, given['Capture'] === true ? 'SALE' : 'AUTHORISE'),
            String(given['PaymentReference']),
            String(given['PaymentMethod']),
          ),
          writes,
        ),
      ),
    Capture: following('CAPTURE'),
    Reverse: following('REVERSE'),
    Refund: following('REFUND'),
    Enquiry: (given: Given) => answering(() => presentEntry(bank.find(String(given['MerchantReference'])), writes)),
    Statement: (given: Given) => answering(() => presentPage(bank, given, writes)),
  };
  const services = { PaymentGateway: { PaymentGatewayPort: operations } };
  const server = await createServerless({ path: '/soap', services, xml: gatewayWsdl });
  server.authenticate = (security: unknown, done?: (result: boolean) => void) => {
    const refusal = check.refusal(security);
    if (refusal) throw { Fault: { faultcode: `wsse:${refusal}`, faultstring: 'Refused', statusCode: 500 } };
    done?.(true);
  };
  return async (body: string, headers: Record<string, string>) => {
    const { statusCode, body: right } = await server.processRequest(body, { headers, url: '/soap' });
    return { statusCode, body: right };
  };
}

type Given = Readonly<Record<string, unknown>>;

function asked(given: Given, operation: Asked['operation']): Asked {
  return {
    operation,
    merchantReference: String(given['MerchantReference']),
    amount: Number(given['Amount']),
    currency: String(given['Currency']),
  };
}

/** What the bank refuses becomes a fault of the caller's. */
function answering<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BankRefusal)) throw error;
    const detail = { GatewayFault: { Code: error.code } };
    throw { Fault: { faultcode: 'soap:Client', faultstring: error.code, detail, statusCode: 500 } };
  }
}

function presentEntry(entry: Entry, writes: Handwriting) {
  return {
    MerchantReference: entry.merchantReference,
    GatewayReference: entry.gatewayReference,
    TransactionId: entry.transactionId,
    Operation: entry.operation,
    Status: entry.status,
    ...(entry.reasonCode && { ReasonCode: entry.reasonCode }),
    Amount: writes.amount(entry.amount, entry.currency),
    Currency: entry.currency,
    ProcessedAt: writes.time(entry.processedAt),
  };
}

function presentPage(bank: Bank, given: Given, writes: Handwriting) {
  const all = bank.statement(new Date(String(given['From'])), new Date(String(given['To'])));
  const start = given['After'] === undefined ? 0 : all.findIndex(({ id }) => id === given['After']) + 1;
  const lines = all.slice(start, start + PAGE);
  return { Line: lines.map((line) => presentLine(line, writes)), More: start + PAGE < all.length };
}

function presentLine(
  { id, kind, direction, entry, amount, currency, settledAt }: EnrichedSettlementLine,
  writes: Handwriting,
) {
  return {
    LineId: id,
    Kind: kind,
    ...(direction && { Direction: direction }),
    ...(entry && { MerchantReference: entry.merchantReference, GatewayReference: entry.gatewayReference }),
    Amount: writes.amount(amount, currency),
    Currency: currency,
    SettledAt: writes.time(settledAt),
  };
}
