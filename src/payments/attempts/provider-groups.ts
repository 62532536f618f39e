import { STORE_CREDIT } from '../domain/payment.js';
import type { Providers } from '../providers/provider-registry.js';

/** Providers whose work is claimed together. Separate groups keep a hanging provider from delaying others. */
export interface ProviderGroup {
  readonly providers: readonly string[];
  /** Whether the group is all providers except these. */
  readonly except: boolean;
}

/** Providers whose work has a schedule of its own; the name completes "... of ...". */
export interface NamedProviderGroup extends ProviderGroup {
  readonly name: string;
}

/** Returns a group for each provider, and one for providers that are no longer configured. */
export function providerGroups(providers: Providers): readonly NamedProviderGroup[] {
  const names = [...providers.all().map(({ name }) => name), STORE_CREDIT];
  const named = names.map((name) => ({ name, providers: [name], except: false }));
  return [...named, { name: 'other providers', providers: names, except: true }];
}

/** Works for all at once, and waits for all, also if one fails, so that nothing of a round runs after it. @throws the first error */
export async function forEachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const failed = (await Promise.allSettled(all.map(work))).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
