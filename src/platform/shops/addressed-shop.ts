import { DEFAULT_SHOP, isSlug } from '../config/index.js';
import { ContradictoryShop, UnknownShop } from './shops.errors.js';

/** What host names mean. */
export interface HostNames {
  /** `<slug>.<domain>` is the shop of that slug. */
  readonly domain: string;
  /** Other host names that further shops have, in small letters. */
  readonly own: ReadonlyMap<string, string>;
  /** The host name of the process, which says nothing about the shop, even below the domain. */
  readonly common: string;
}

/** The headers of a request that may name a shop. */
export interface Naming {
  readonly host?: string | undefined;
  readonly 'till-shop'?: string | string[] | undefined;
  readonly authorization?: string | undefined;
}

/** An API key of a further shop ends with its slug. */
const KEY = /^bearer till_live_[0-9a-f]{12}_[\w-]{43}\.([a-z][a-z0-9-]{0,39})$/i;

/**
 * The slug of the shop that a request is for; `default` for the default one. A host name of a shop decides, then the header `Till-Shop`, then the API
 * key. Whether there is such a shop, the caller looks up.
 * @throws ContradictoryShop, UnknownShop
 */
export function addressedShop(headers: Naming, names: HostNames): string {
  const byHost = shopOfHost(headers.host, names);
  const byHeader = headers['till-shop']?.toString().trim();
  if (byHeader === undefined)
    return byHost ?? KEY.exec(headers.authorization ?? '')?.[1]?.toLowerCase() ?? DEFAULT_SHOP;
  if (byHost !== undefined && byHost !== byHeader) throw new ContradictoryShop(byHost, byHeader.slice(0, 50));
  if (!isSlug(byHeader)) throw new UnknownShop(byHeader.slice(0, 50));
  return byHeader;
}

/** Returns the slug that a host name stands for; `undefined` if it says nothing about shops, such as an IP address. */
function shopOfHost(host: string | undefined, { domain, own, common }: HostNames): string | undefined {
  const name = host?.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '') ?? '';
  const known = own.get(name);
  if (known !== undefined) return known;
  if (name === common || !name.endsWith(`.${domain}`)) return undefined;
  const label = name.slice(0, -domain.length - 1);
  if (!isSlug(label)) throw new UnknownShop(label.slice(0, 50));
  return label;
}
