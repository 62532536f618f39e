import { suffixOf, uuidOf } from './typeid.js';
import { leastUuidv7At, uuidv7 } from './uuid.js';

/**
 * Prefixes of public ids. An id is a UUIDv7 (RFC 9562, section 5.7): `uuid` in the database, plain uuid text in code,
 * and a TypeID (prefix + base32, https://github.com/jetify-com/typeid/tree/main/spec) on the wire.
 */
export const idPrefixes = [
  'usr',
  'ses',
  'mtk',
  'fem',
  'key',
  'idn',
  'psk',
  'aud',
  'prd',
  'stm',
  'ord',
  'lin',
  'ful',
  'pay',
  'att',
  'rfd',
  'rfl',
  'apr',
  'dsp',
  'obl',
  'pwh',
  'evt',
  'whe',
  'dlv',
  'acc',
  'txn',
  'rcn',
  'rcd',
  'rcr',
  'txz',
  'txr',
  'txo',
  'prm',
  'dsc',
  'chg',
  'shm',
  'msg',
  'exp',
  'vck',
] as const;
export type IdPrefix = (typeof idPrefixes)[number];

/** What people call a thing with such an id. */
export const idNames: Readonly<Record<IdPrefix, string>> = {
  usr: 'user',
  ses: 'session',
  mtk: 'mailed token',
  fem: 'former address',
  key: 'API key',
  idn: 'identity',
  psk: 'passkey',
  aud: 'audit entry',
  prd: 'product',
  stm: 'stock movement',
  ord: 'order',
  lin: 'line',
  ful: 'fulfillment',
  pay: 'payment',
  att: 'attempt',
  rfd: 'refund',
  rfl: 'refund line',
  apr: 'approval',
  dsp: 'dispute',
  obl: 'obligation',
  pwh: 'webhook',
  evt: 'event',
  whe: 'webhook endpoint',
  dlv: 'webhook delivery',
  acc: 'account',
  txn: 'ledger transaction',
  rcn: 'reconciliation',
  rcd: 'difference',
  rcr: 'resolution',
  txz: 'tax zone',
  txr: 'tax rate',
  txo: 'tax operation',
  prm: 'promotion',
  dsc: 'discount',
  chg: 'charge',
  shm: 'shipping method',
  msg: 'message',
  exp: 'export',
  vck: 'check of a VAT id',
};

/** What columns of statements name a thing, with the prefix of its ids. */
export const thingPrefixes: Readonly<Record<string, IdPrefix>> = {
  order: 'ord',
  line: 'lin',
  fulfillment: 'ful',
  product: 'prd',
  movement: 'stm',
  payment: 'pay',
  attempt: 'att',
  refund: 'rfd',
  dispute: 'dsp',
  providerEvent: 'evt',
  account: 'acc',
  transaction: 'txn',
  customer: 'usr',
  auditEntry: 'aud',
  promotion: 'prm',
  discount: 'dsc',
  charge: 'chg',
  method: 'shm',
  message: 'msg',
};

/** UUID text of one kind of thing; the brand keeps an order's id from being passed where a payment's is wanted. */
export type Id<P extends IdPrefix> = string & { readonly prefix: P };

export type UserId = Id<'usr'>;
export type VatIdCheckId = Id<'vck'>;
export type SessionId = Id<'ses'>;
export type MailedTokenId = Id<'mtk'>;
export type FormerEmailId = Id<'fem'>;
export type ApiKeyId = Id<'key'>;
export type IdentityId = Id<'idn'>;
export type PasskeyId = Id<'psk'>;
export type AuditId = Id<'aud'>;
export type ProductId = Id<'prd'>;
export type OrderId = Id<'ord'>;
export type LineId = Id<'lin'>;
export type FulfillmentId = Id<'ful'>;
export type PaymentId = Id<'pay'>;
export type AttemptId = Id<'att'>;
export type RefundId = Id<'rfd'>;
export type RefundLineId = Id<'rfl'>;
export type ApprovalId = Id<'apr'>;
export type DisputeId = Id<'dsp'>;
export type ObligationId = Id<'obl'>;
export type ProviderWebhookId = Id<'pwh'>;
export type EventId = Id<'evt'>;
export type WebhookEndpointId = Id<'whe'>;
export type WebhookDeliveryId = Id<'dlv'>;
export type AccountId = Id<'acc'>;
export type LedgerTransactionId = Id<'txn'>;
export type ReconciliationId = Id<'rcn'>;
export type DifferenceId = Id<'rcd'>;
export type ResolutionId = Id<'rcr'>;
export type TaxZoneId = Id<'txz'>;
export type TaxRateId = Id<'txr'>;
export type TaxOperationId = Id<'txo'>;
export type PromotionId = Id<'prm'>;
export type DiscountId = Id<'dsc'>;
export type ChargeId = Id<'chg'>;
export type ShippingMethodId = Id<'shm'>;
export type OrderMessageId = Id<'msg'>;
export type ExportId = Id<'exp'>;

/** A fresh id, later in sort order than every id made before it by this process. */
export function newId<P extends IdPrefix>(): Id<P> {
  return uuidv7() as Id<P>;
}

/** Returns an id that is less than every id made at this time or later. */
export function leastIdAt<P extends IdPrefix>(time: Date): Id<P> {
  return leastUuidv7At(time.getTime()) as Id<P>;
}

/** UUID text to its public form, for example `ord_01h455vb4pex5vsknk084sn02q`. */
export function encodeId<P extends IdPrefix>(prefix: P, id: Id<P>): string {
  return `${prefix}_${suffixOf(id)}`;
}

/** Public form to UUID text; `undefined` when the text is no id of that kind. */
export function decodeId<P extends IdPrefix>(prefix: P, text: string): Id<P> | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  return uuidOf(text.slice(prefix.length + 1)) as Id<P> | undefined;
}
