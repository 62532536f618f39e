import { z } from 'zod';

/** The shop of the schema that a database has anyway: the one for which `SHOP` is not set. */
export const DEFAULT_SHOP = 'default';
/** What every schema of a further shop begins with. */
const SCHEMA = 'shop_';
const SLUG = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** PostgreSQL cuts names after 63 bytes. */
const MAX_SLUG = 40;

/** Whether a text can be the name by which a shop is addressed. */
export function isSlug(text: string): boolean {
  return text.length <= MAX_SLUG && SLUG.test(text);
}

/** The slug of a further shop; none for the default one. */
export const shopSlug = z
  .string()
  .refine(isSlug, {
    error: `must be the slug of a shop: at most ${MAX_SLUG} small letters, digits and single hyphens, beginning with a letter`,
  })
  .transform((slug) => (slug === DEFAULT_SHOP ? undefined : slug));

/** The schema of a further shop. No two slugs have the same one, since no slug has an underscore. */
export function schemaOf(slug: string): string {
  return `${SCHEMA}${slug.replaceAll('-', '_')}`;
}

/** What the keys and channels of a further shop begin with in Redis, so that shops can share a server. */
export function redisPrefixOf(slug: string | undefined): string {
  return slug === undefined ? '' : `till:shop:${slug}:`;
}

/**
 * The same database, with this schema alone in the `search_path`: what is missing there is an error, never another shop's. It travels as
 * `options` of the start-up message, so that every driver and tool that gets the URL is in the schema from its first statement on.
 */
export function inSchema(url: string, schema: string): string {
  return withOption(url, `search_path=${schema}`);
}

/** Functions of a shop ask tables of its own schema, all on one node, also where a query of these tables calls them. PostgreSQL without Citus keeps the setting, and nothing reads it. */
const CLUSTER = 'citus.allow_nested_distributed_execution=on';

/** The same database, which is a Citus cluster: whoever opens a connection for a shop by this URL looks for the node of its schema. */
export function inCluster(url: string): string {
  return withOption(url, CLUSTER);
}

/** Whether `inCluster` gave the URL. */
export function isInCluster(url: string): boolean {
  return url.includes(encodeURIComponent(CLUSTER));
}

function withOption(url: string, option: string): string {
  const setting = encodeURIComponent(`-c ${option}`);
  const given = /([?&]options=)([^&]*)/;
  if (given.test(url)) return url.replace(given, (_, name: string, value: string) => `${name}${value}%20${setting}`);
  return `${url}${url.includes('?') ? '&' : '?'}options=${setting}`;
}

/** The schema that `inSchema` gave to a URL; `undefined` for the default shop. */
export function schemaIn(url: string): string | undefined {
  return new RegExp(`[?&]options=[^&]*search_path%3D(${SCHEMA}[a-z0-9_]+)(?=&|$)`).exec(url)?.[1];
}
