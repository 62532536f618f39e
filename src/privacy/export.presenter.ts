import { encodeId, type Id, type IdPrefix, thingPrefixes } from '../shared/ids.js';

/** The prefix of a row's own id, by table. */
const prefixes: Readonly<Record<string, IdPrefix>> = {
  sessions: 'ses',
  mailed_tokens: 'mtk',
  passkeys: 'psk',
  api_keys: 'key',
  orders: 'ord',
  order_lines: 'lin',
  order_discounts: 'dsc',
  order_charges: 'chg',
  order_messages: 'msg',
  fulfillments: 'ful',
  payments: 'pay',
  refunds: 'rfd',
  approvals: 'apr',
  disputes: 'dsp',
  provider_webhooks: 'pwh',
  events: 'evt',
  audit_log: 'aud',
  vat_id_checks: 'vck',
};
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/;
/** Bytes are hashes and keys. */
const BYTES = /^\\x/;

/** A row as JSON: camelCase, public ids, times in UTC with milliseconds, and no secrets. */
export function presentRow(table: string, row: Readonly<Record<string, unknown>>): object {
  const shown = Object.entries(row).filter(([name, value]) => !isSecret(name, value));
  return Object.fromEntries(shown.map(([name, value]) => [camelCase(name), present(table, name, value)]));
}

function present(table: string, name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (MOMENT.test(value)) return new Date(value).toISOString();
  const prefix = name === 'id' ? prefixes[table] : prefixOf(name);
  return prefix && UUID.test(value) ? encodeId(prefix, value as Id<IdPrefix>) : value;
}

function prefixOf(name: string): IdPrefix | undefined {
  if (/^(user|actor|owner|customer|author)_id$|_by$/.test(name)) return 'usr';
  return name.endsWith('_id') ? thingPrefixes[camelCase(name.slice(0, -3))] : undefined;
}

function isSecret(name: string, value: unknown): boolean {
  return /secret|hash|token_?$/.test(name) || (typeof value === 'string' && BYTES.test(value));
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
