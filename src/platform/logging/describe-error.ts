import { inSources } from './source-places.js';

/** The fields of a logged error. All other content of an error may be personal data and is left out. */
export interface ErrorLine {
  readonly name: string;
  readonly [fact: string]: unknown;
}

/** Names of things, never values: of the schema (pg), of the system (Node), of an answer (HTTP, SMTP). */
const facts: Readonly<Record<string, RegExp>> = {
  code: /^[A-Z0-9_]{1,60}$/i,
  constraint: /^\w{1,63}$/,
  table: /^\w{1,63}$/,
  column: /^\w{1,63}$/,
  schema: /^\w{1,63}$/,
  syscall: /^\w{1,30}$/,
  address: /^[\w.:-]{1,255}$/,
  port: /^\d{1,5}$/,
  status: /^\d{3}$/,
  responseCode: /^\d{3}$/,
};
const MAX_DEPTH = 4;
const MAX_FRAMES = 30;

/** The error by an allow list: name, code, constraint, table and the like, frames of the stack, and so its causes. */
export function describeError(error: unknown, depth = 0): ErrorLine {
  if (!(error instanceof Error)) return { name: `a thrown ${typeof error}` };
  // TypeORM wraps the driver's error, and adds the statement and its parameters.
  const driver = (error as { driverError?: unknown }).driverError;
  const source = driver instanceof Error ? driver : error;
  const message = plainMessage(source);
  const causes = depth < MAX_DEPTH ? causesOf(source).map((cause) => describeError(cause, depth + 1)) : [];
  return {
    name: nameOf(error),
    ...factsOf(source),
    ...(message !== undefined && { message }),
    stack: framesOf(error),
    ...(causes.length > 0 && { causes }),
  };
}

/** The same in a few words, for one line: what is known of the reason and holds no value. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const { code } = factsOf(error);
  const causes = causesOf(error).map(reasonOf);
  const own = plainMessage(error) ?? (code === undefined ? nameOf(error) : `${nameOf(error)} ${String(code)}`);
  return [own, ...causes].filter((part, index, all) => all.indexOf(part) === index).join(': ');
}

/** The message where it is known to hold no value: a sentence of the server, of a library or of Till itself. */
export function plainMessage(error: Error): string | undefined {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  if (syscall && /^\w+$/.test(syscall))
    return [syscall, ...Object.values(factsOf(error, ['code', 'address', 'port']))].join(' ');
  if (typeof code === 'string' && plainStates.test(code)) return firstLine(message);
  if (error.name === 'ReplyError') return /^[A-Z]+\b/.exec(message)?.[0];
  return error instanceof Fault || plainTexts.some((pattern) => pattern.test(message)) ? message : undefined;
}

/** An error whose message holds no value of a request or a row, so that it may be logged. */
export class Fault extends Error {}

/** SQLSTATEs whose messages name servers, users, files, tables and columns, and no value (PostgreSQL manual, appendix A). */
const plainStates = /^(?=.*\d)(08|28|3D|53|57|58).{3}$|^(25006|40001|40P01|42501|42703|42P01|55P03)$/;
/** Whole messages of the engine, of pg, pg-pool, TypeORM and ioredis: constants but for names of properties and numbers. */
const plainTexts = [
  /^Cannot (read|set) properties of (undefined|null)( \((reading|setting) '\w+'\))?$/,
  /^[\w$.]+ is not (a function|a constructor|defined|iterable)$/,
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated( unexpectedly| due to connection timeout)?)$/,
  /^(Client has encountered a connection error and is not queryable|Client was closed and is not queryable)$/,
  /^(This socket has been ended by the other party|write after end|socket hang up|fetch failed|aborted)$/,
  /^Query runner already released\. Cannot run queries anymore\.$/,
  /^(Connection is closed\.|Command timed out|connect ETIMEDOUT|Stream isn't writeable and enableOfflineQueue options is false)$/,
  /^Reached the max retries per request limit \(which is \d+\)\. Refer to "maxRetriesPerRequest" option for details\.$/,
  /^The operation was aborted( due to timeout)?$/,
];

function nameOf(error: Error): string {
  const name = error.name === 'Error' ? error.constructor.name : error.name;
  return /^\w{1,60}$/.test(name) ? name : 'Error';
}

function factsOf(error: object, names = Object.keys(facts)): Record<string, unknown> {
  const known = names.map((name) => [name, (error as Record<string, unknown>)[name]] as const);
  return Object.fromEntries(
    known.filter(([name, value]) => ['string', 'number'].includes(typeof value) && facts[name]!.test(String(value))),
  );
}

function causesOf(error: Error): unknown[] {
  const { cause } = error;
  const several = error instanceof AggregateError ? error.errors.slice(0, 3) : [];
  return cause === undefined ? several : [cause, ...several];
}

/** Returns the stack frames without the message before them. */
function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^ {4}at .+:\d+:\d+\)?$/.test(line));
  return frames.slice(0, MAX_FRAMES).map(inSources).join('\n');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
