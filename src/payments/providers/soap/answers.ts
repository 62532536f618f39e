import { z } from 'zod';
import { MAX_AMOUNT } from '../../../shared/money.js';

const name = z.string().min(1).max(100);
const amount = z.number().int().min(0).max(MAX_AMOUNT);
const currency = z.string().regex(/^[A-Z]{3}$/);

const operationResult = z.object({
  MerchantReference: name,
  GatewayReference: name,
  TransactionId: name,
  Operation: z.enum(['AUTHORISE', 'SALE', 'CAPTURE', 'REVERSE', 'REFUND']),
  Status: z.enum(['APPROVED', 'DECLINED', 'PENDING']),
  ReasonCode: z.string().max(10).nullish(),
  Amount: amount,
  Currency: currency,
  ProcessedAt: z.date(),
});
export type OperationResult = z.output<typeof operationResult>;

const statementPage = z.object({
  Line: z
    .array(
      z.object({
        LineId: name,
        Kind: z.enum(['CAPTURE', 'REFUND', 'CHARGEBACK', 'CHARGEBACK_REVERSAL', 'FEE', 'PAYOUT']),
        MerchantReference: name.nullish(),
        GatewayReference: name.nullish(),
        Amount: amount.max(Number.MAX_SAFE_INTEGER),
        Currency: currency,
        SettledAt: z.date(),
      }),
    )
    .default([]),
  More: z.boolean(),
});
export type StatementPage = z.output<typeof statementPage>;

/** What the gateway says of one operation. Throws where the answer is not what the WSDL says. */
export const readOperation = (answer: unknown): OperationResult => operationResult.parse(answer);

/** One page of a statement. Throws where the answer is not what the WSDL says. */
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

/** A SOAP fault: whose it is (SOAP 1.1, section 4.4.1; or the security header's), and what the gateway calls it. */
export class GatewayFault extends Error {
  constructor(
    readonly party: 'client' | 'security' | 'server' | 'not_understood',
    readonly code: string | undefined,
  ) {
    super(`The gateway answers a ${party} fault${code ? `, ${code}` : ''}.`);
  }
}

/** The fault that the SOAP client threw, if it is one. */
export function faultIn(error: unknown): GatewayFault | undefined {
  const { data } = faulted.safeParse(error);
  if (!data) return undefined;
  const { faultcode, detail } = data.root.Envelope.Body.Fault;
  return new GatewayFault(partyOf(faultcode), detail?.GatewayFault.Code);
}

/** WS-Security 1.1, section 12: codes of the security header. */
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
