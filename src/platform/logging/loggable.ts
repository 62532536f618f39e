import { describeError } from './describe-error.js';

/** Ids, and words that Till's own code chooses. */
const ID = /^([a-z]{3}_[0-9a-z]{26}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const WORD = /^[\w.:-]{1,100}$/;
/** Sentences of Till's own code, made without values: `reasonOf`, names of migrations, addresses of this installation. */
const TEXT = /^[^\n\r]{1,500}$/s;

/** The string fields that a line may have, each with what it may hold; those whose name ends with `Id` hold an id. */
const texts: Readonly<Record<string, RegExp>> = {
  requestId: /^[\x21-\x7e]{1,128}$/,
  traceId: /^[0-9a-f]{32}$/,
  consumer: WORD,
  provider: WORD,
  shop: WORD,
  connection: WORD,
  context: WORD,
  signal: WORD,
  method: WORD,
  state: WORD,
  date: WORD,
  event: WORD,
  code: WORD,
  path: TEXT,
  url: TEXT,
  adminUrl: TEXT,
  address: TEXT,
  reason: TEXT,
  hint: TEXT,
};

/** The fields of a line by an allow list: numbers, times, what `texts` names, and errors as `describeError` shows them. */
export function loggable(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, safe(name, value)]));
}

function safe(name: string, value: unknown): unknown {
  if (value instanceof Error || name === 'err') return describeError(value);
  if (value === null || ['number', 'boolean', 'undefined', 'bigint'].includes(typeof value)) return value;
  if (value instanceof Date) return value;
  if (['ran', 'changed'].includes(name) && Array.isArray(value)) return value.filter((one) => WORD.test(String(one)));
  return typeof value === 'string' && formOf(name)?.test(value) ? value : '[withheld]';
}

function formOf(name: string): RegExp | undefined {
  return texts[name] ?? (name.endsWith('Id') ? ID : undefined);
}
