import { z } from 'zod';
import { MAX_AMOUNT } from '../../../shared/money.js';
import { amountIn, notationOf, timeIn, truthIn } from './numbers.js';

const name = z.string().min(1).max(100);
const currency = z.string().regex(/^[A-Z]{3}$/);
const time = z.string().transform((text, context) => timeIn(text) ?? unreadable(context, 'time'));
const truth = z.string().transform((text, context) => truthIn(text) ?? unreadable(context, 'truth value'));

function unreadable(context: z.core.$RefinementCtx, what: string): never {
  context.addIssue({ code: 'custom', message: `is no ${what} as the WSDL describes it` });
  return z.NEVER;
}

/** Reads the amount by its currency. */
const withAmount =
  (max: number) =>
  <Fields extends { readonly Amount: string; readonly Currency: string }>(
    { Amount, ...fields }: Fields,
    context: z.core.$RefinementCtx,
  ) => {
    const amount = amountIn(Amount, fields.Currency);
    if (amount === undefined || amount > max) return unreadable(context, 'amount');
    return { ...fields, Amount: amount, notation: notationOf(Amount, fields.Currency) };
  };

const operationResult = z
  .object({
    MerchantReference: name,
    GatewayReference: name,
    TransactionId: name,
    Operation: z.enum(['AUTHORISE', 'SALE', 'CAPTURE', 'REVERSE', 'REFUND']),
    Status: z.enum(['APPROVED', 'DECLINED', 'PENDING']),
    ReasonCode: z.string().max(10).nullish(),
    Amount: z.string(),
    Currency: currency,
    ProcessedAt: time,
  })
  .transform(withAmount(MAX_AMOUNT));
export type OperationResult = z.output<typeof operationResult>;

const statementLine = z
  .object({
    LineId: name,
    Kind: name,
    Direction: z.enum(['CREDIT', 'DEBIT']).nullish(),
    MerchantReference: name.nullish(),
    GatewayReference: name.nullish(),
    Amount: z.string(),
    Currency: currency,
    SettledAt: time,
  })
  .transform(withAmount(Number.MAX_SAFE_INTEGER));

const statementPage = z.object({ Line: z.array(statementLine).default([]), More: truth });
export type StatementPage = z.output<typeof statementPage>;

/** Reads the status of an operation. Throws if the response does not follow the WSDL. */
export const readOperation = (answer: unknown): OperationResult => operationResult.parse(answer);

/** Reads a page of a statement. Throws if the response does not follow the WSDL. */
export const readStatement = (answer: unknown): StatementPage => statementPage.parse(answer);

const faulted = z.object({
  root: z.object({
    Envelope: z.object({
      Body: z.object({
        Fault: z.object({
          faultcode: z.union([z.string(), z.object({ $value: z.string() }).transform(({ $value }) => $value)]),
          detail: z
            .object({ GatewayFault: z.object({ Code: z.string() }) })
            .nullish()
            .catch(null),
        }),
      }),
    }),
  }),
});

/** A SOAP fault: its source (SOAP 1.1, section 4.4.1, or the security header) and the gateway's code. */
export class GatewayFault extends Error {
  constructor(
    readonly party: 'client' | 'security' | 'server' | 'not_understood',
    readonly code: string | undefined,
  ) {
    super(`The gateway answers a ${party} fault${code ? `, ${code}` : ''}.`);
  }
}

/** Returns the fault in an error of the SOAP client, if it is one. */
export function faultIn(error: unknown): GatewayFault | undefined {
  const { data } = faulted.safeParse(error);
  if (!data) return undefined;
  const { faultcode, detail } = data.root.Envelope.Body.Fault;
  return new GatewayFault(partyOf(faultcode), detail?.GatewayFault.Code);
}

/** Codes of the security header (WS-Security 1.1, section 12). */
const security = new Set([
  'UnsupportedSecurityToken',
  'UnsupportedAlgorithm',
  'InvalidSecurity',
  'InvalidSecurityToken',
  'FailedAuthentication',
  'FailedCheck',
  'SecurityTokenUnavailable',
  'MessageExpired',
]);

function partyOf(faultcode: string): GatewayFault['party'] {
  const local = faultcode.slice(faultcode.lastIndexOf(':') + 1);
  const [first = '', more] = local.split('.', 2);
  if (security.has(local) || (first === 'Client' && more === 'Authentication')) return 'security';
  if (first === 'Client') return 'client';
  return first === 'VersionMismatch' || first === 'MustUnderstand' ? 'not_understood' : 'server';
}
