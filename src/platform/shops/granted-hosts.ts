import { isSlug } from '../config/index.js';
import type { HostNames } from './addressed-shop.js';

export interface GrantedHosts {
  /** The shops by their own host names. */
  readonly own: ReadonlyMap<string, string>;
  readonly refused: readonly { readonly slug: string; readonly reason: string }[];
}

/**
 * Given the slugs of all shops, the oldest first, and the host names that their files ask for: which ones they get. The name of the process, the name that
 * another shop has by its slug, and one that an older shop has are refused: by a copied or malicious file, a shop would get the requests of
 * another one.
 */
export function grantHosts(
  wanted: readonly (readonly [slug: string, host: string | undefined])[],
  { domain, common }: Pick<HostNames, 'domain' | 'common'>,
): GrantedHosts {
  const slugs = new Set(wanted.map(([slug]) => slug));
  const own = new Map<string, string>();
  const refused: { slug: string; reason: string }[] = [];
  for (const [slug, host] of wanted) {
    if (host === undefined) continue;
    const label = host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : '';
    const other = own.get(host) ?? (isSlug(label) && label !== slug && slugs.has(label) ? label : undefined);
    if (host === common) refused.push({ slug, reason: `PUBLIC_URL: ${host} is the host name of the process` });
    else if (other !== undefined)
      refused.push({ slug, reason: `PUBLIC_URL: ${host} is the host name of shop ${other}` });
    else own.set(host, slug);
  }
  return { own, refused };
}
