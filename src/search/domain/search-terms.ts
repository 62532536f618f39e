import { decodeId, idPrefixes, type IdPrefix } from '../../shared/ids.js';

/** What somebody at a counter may mean by a text. */
export type SearchTerm =
  | { readonly kind: 'id'; readonly prefix: IdPrefix; readonly id: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'amount'; readonly cents: number }
  | { readonly kind: 'text'; readonly text: string };

/** Returns what a text may mean: an id means itself alone; a number of an order may also be a sku or a reference. */
export function searchTerms(q: string): SearchTerm[] {
  const text = q.trim();
  const id = idIn(text);
  if (id) return [id];
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return [{ kind: 'email', email: text }];
  const number = /^#?(\d{1,15})$/.exec(text)?.[1];
  const [, whole, cents] = /^(\d{1,9})[.,](\d\d)$/.exec(text) ?? [];
  return [
    ...(number === undefined ? [] : [{ kind: 'number', number: Number(number) } as const]),
    ...(whole === undefined ? [] : [{ kind: 'amount', cents: Number(whole) * 100 + Number(cents) } as const]),
    { kind: 'text', text: text.replace(/^#/, '') },
  ];
}

function idIn(text: string): SearchTerm | undefined {
  const prefix = idPrefixes.find((one) => decodeId(one, text) !== undefined);
  return prefix && { kind: 'id', prefix, id: decodeId(prefix, text)! };
}
