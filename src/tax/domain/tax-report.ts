import type { TaxTerm } from './taxes.js';
import { keyOf } from './taxes.js';

/** The net amount and the tax of one country, category and rate, in minor units. */
export interface TaxAmounts extends Pick<TaxTerm, 'country' | 'category' | 'rate'> {
  readonly net: number;
  readonly tax: number;
}

/** What a provider is told of an order: that it is sold, that it is not, and what of it was returned. */
export type TaxOperationKind = 'commit' | 'void' | 'refund';

export interface WantedOperation {
  readonly kind: TaxOperationKind;
  /** Of the whole order, or of what is returned; nothing for a void. */
  readonly groups: readonly TaxAmounts[];
}

/** Where an order stands: it is not confirmed yet, it is sold, or it was cancelled. */
export interface TaxPosition {
  readonly state: 'open' | 'sold' | 'cancelled';
  /** The taxes that the shop owes for it now. */
  readonly due: readonly TaxAmounts[];
}

/**
 * Returns what the provider is to be told next, after `before` (oldest first); undefined if it knows all. What it is told never grows: a sale
 * is committed once, and taken back in parts or as a whole.
 */
export function nextOperation(before: readonly WantedOperation[], position: TaxPosition): WantedOperation | undefined {
  const commit = before.find(({ kind }) => kind === 'commit');
  if (!commit) return position.state === 'sold' ? { kind: 'commit', groups: position.due } : undefined;
  if (before.some(({ kind }) => kind === 'void')) return undefined;
  const refunds = before.filter(({ kind }) => kind === 'refund');
  if (position.state === 'cancelled' && refunds.length === 0) return { kind: 'void', groups: [] };
  const due = position.state === 'cancelled' ? [] : position.due;
  const groups = commit.groups.map((group) => fallen(group, refunds, due)).filter(({ net, tax }) => net + tax > 0);
  return groups.length > 0 ? { kind: 'refund', groups } : undefined;
}

/** By how much a committed group fell since the last refund. */
function fallen(group: TaxAmounts, refunds: readonly WantedOperation[], due: readonly TaxAmounts[]): TaxAmounts {
  const same = (other: TaxAmounts) => keyOf(other) === keyOf(group);
  const all = [...refunds.flatMap(({ groups }) => groups), ...due].filter(same);
  const left = (of: (amounts: TaxAmounts) => number) => Math.max(0, of(group) - all.reduce((sum, a) => sum + of(a), 0));
  const { country, category, rate } = group;
  return { country, category, rate, net: left(({ net }) => net), tax: left(({ tax }) => tax) };
}

/** Returns the sums of groups, in minor units. */
export function sumsOf(groups: readonly TaxAmounts[]): { readonly gross: number; readonly tax: number } {
  const tax = groups.reduce((sum, group) => sum + group.tax, 0);
  return { tax, gross: groups.reduce((sum, { net }) => sum + net, tax) };
}
