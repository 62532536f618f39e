import { randomUUID } from 'node:crypto';
import { decodeId, encodeId, idPrefixes, newId } from '../../src/shared/ids.js';
import type { Answer } from './http-client.js';
import type { Asked } from './matrix-world.js';

const PUBLIC_ID = new RegExp(`\\b(${idPrefixes.join('|')})_[0-9a-z]{26}\\b`, 'g');
/** What differs from answer to answer; an ETag has a digest of the ids. */
const OWN = ['x-request-id', 'date', 'ratelimit', 'etag'];

/** The public ids in a text. */
export function publicIdsIn(text: string): string[] {
  return [...text.matchAll(PUBLIC_ID)].map(([id]) => id);
}

/** What a request is about: ids, and the name of a role in its address. */
function namesIn(asked: Asked): string[] {
  const role = asked.id?.startsWith('desk_') ? [asked.id] : [];
  return [...new Set(publicIdsIn(JSON.stringify(asked)).concat(role))];
}

/** The same request about things that never existed; `undefined` for one that names nothing. */
export function neverExisted(asked: Asked): Asked | undefined {
  const names = namesIn(asked);
  if (names.length === 0) return undefined;
  return JSON.parse(
    names.reduce((text, name) => text.replaceAll(name, otherThan(name)), JSON.stringify(asked)),
  ) as Asked;
}

function otherThan(name: string): string {
  const prefix = idPrefixes.find((known) => decodeId(known, name));
  return prefix ? encodeId(prefix, newId()) : `desk_${randomUUID().slice(0, 8)}`;
}

/** A text without its times. */
export function withoutTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
}

/** An answer without what differs with each request: the names that were asked for, in their order, times, and the request's own. */
export function withoutIds({ status, text, headers }: Answer<unknown>, asked: Asked): object {
  const said = namesIn(asked).reduce((rest, name, index) => rest.replaceAll(name, `NAME ${index}`), text);
  const kept = [...headers].filter(([name]) => !OWN.includes(name));
  return { status, headers: kept, text: withoutTimes(said).replaceAll(headers.get('x-request-id')!, 'REQUEST') };
}
