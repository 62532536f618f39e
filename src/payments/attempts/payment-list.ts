import { ValidationFailed } from '../../shared/errors.js';
import { leastIdAt, type OrderId, type UserId } from '../../shared/ids.js';
import { columnsOf } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import { type PaymentStatus, STORE_CREDIT } from '../domain/payment.js';
import { providerNames } from '../providers/providers.settings.js';
import { PaymentEntity } from './payment.entity.js';

/** The filters and start of a list of payments. Amounts are minor units. */
export interface PaymentList {
  readonly customerId?: UserId | undefined;
  readonly orderId?: OrderId | undefined;
  readonly status?: PaymentStatus | undefined;
  readonly provider?: string | undefined;
  readonly reference?: string | undefined;
  readonly currency?: string | undefined;
  readonly minAmount?: number | undefined;
  readonly maxAmount?: number | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const COLUMNS = columnsOf(PaymentEntity, 'p');
/** How far the time of a payment's id may be from `createdAt`, in milliseconds: both are read within one use case. */
const APART_MS = 60_000;
/** The index of references begins with the provider. */
const PROVIDERS = [...providerNames, STORE_CREDIT].map((name) => `'${name}'`).join(', ');

/** The statement for a page, newest first. */
export function paymentListQuery(list: PaymentList): Statement {
  const parameters: unknown[] = [list.limit];
  const conditions = conditionsOf(list, (value) => `$${parameters.push(value)}`);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return { sql: `SELECT ${COLUMNS} FROM payments p ${where} ORDER BY p.id DESC LIMIT $1`, parameters };
}

type Parameter = (value: unknown) => string;

function conditionsOf(list: PaymentList, parameter: Parameter): string[] {
  const { createdFrom: from, createdTo: to } = list;
  const idAt = (time: Date, ms: number) => parameter(leastIdAt(new Date(time.getTime() + ms)));
  const given: readonly [value: unknown, condition: () => string][] = [
    [list.orderId, () => `p.order_id = ${parameter(list.orderId)}`],
    [list.customerId, () => `p.customer_id = ${parameter(list.customerId)}`],
    [list.status, () => statusIs(list.status!)],
    [list.provider, () => `p.provider = ${parameter(list.provider)}`],
    [list.reference, () => `p.reference = ${parameter(list.reference)} AND p.provider IN (${PROVIDERS})`],
    [list.currency, () => `p.currency = ${parameter(list.currency)}`],
    [list.minAmount, () => `p.amount >= ${parameter(list.minAmount)}`],
    [list.maxAmount, () => `p.amount <= ${parameter(list.maxAmount)}`],
    [from, () => `p.id >= ${idAt(from!, -APART_MS)} AND p.created_at >= ${parameter(from)}`],
    [to, () => `p.id < ${idAt(to!, APART_MS)} AND p.created_at < ${parameter(to)}`],
    [list.after, () => `p.id < ${parameter(list.after![0])}`],
  ];
  return given.filter(([value]) => value !== undefined).map(([, condition]) => condition());
}

/**
 * Payments in progress have an operation that is checked, and the index of those finds them. The index `payments_exceptional` has all but them
 * and the captured ones, which most payments are; it needs the status in the text.
 */
function statusIs(status: PaymentStatus): string {
  if (status !== 'processing') return `p.status = '${status}'`;
  const checked = 'SELECT a.payment_id FROM payment_attempts a WHERE a.next_check_at IS NOT NULL';
  return `p.status = 'processing' AND p.id IN (${checked})`;
}

/** Whether the text of the statement is one of few, so that connections may keep it. */
export function isKept(list: PaymentList): boolean {
  return Object.entries(list).every(([name, value]) => value === undefined || KEPT.has(name));
}

const KEPT = new Set(['customerId', 'orderId', 'after', 'limit']);

/**
 * No index has amounts, which would make each payment slower: they narrow what another filter finds.
 * @throws ValidationFailed for an amount alone
 */
export function assertNarrow({ minAmount, maxAmount, reference, createdFrom }: PaymentList): void {
  if ((minAmount ?? maxAmount) === undefined || (reference ?? createdFrom) !== undefined) return;
  const pointer = minAmount === undefined ? '/maxAmount' : '/minAmount';
  throw new ValidationFailed([{ pointer, code: 'too_wide', message: 'needs createdFrom or reference beside it' }]);
}
