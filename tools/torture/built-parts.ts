import type * as parts from '../../test/model/parts.js';
import { buildWhenStale } from '../setup/setup.mjs';

type Parts = typeof parts;

/** The files of test/model/parts.ts. */
const files = [
  'api.module',
  'worker.module',
  'auth/access-tokens',
  'ledger/sealer',
  'ledger/clearing.repository',
  'payments/reconciliation/reconciler',
  'orders/orders.service',
  'payments/attempts/attempt-resolver',
  'payments/captures/authorization-expiry',
  'payments/webhooks/webhook-processor',
  'payments/providers/sandbox/webhook-queue.repository',
  'payments/providers/sandbox/webhook-codec',
  'payments/providers/sandbox/sandbox.provider',
  'payments/returns/funds-return.service',
  'payments/providers/sandbox/sandbox-tables',
  'hosted-shops',
  'settings',
  'platform/config/shop',
  'platform/database/shops/create-shop',
  'platform/database/errors',
  'platform/database/migrate',
  'platform/database/transaction',
  'platform/delivery/deliveries',
  'platform/delivery/delivery-loop',
  'platform/delivery/dispatcher',
  'platform/delivery/relay',
  'platform/http/app',
  'platform/logging/request-context',
  'platform/queue/index',
  'shared/clock',
];

/**
 * Till as it is built, since what runs these scripts leaves out the types that Nest needs to put the parts together. Built
 * anew when the sources have changed.
 */
export async function builtParts(): Promise<Parts> {
  await buildWhenStale();
  return loadParts();
}

/** The same of a build that is known to be fresh. */
export async function loadParts(): Promise<Parts> {
  const modules = files.map((file) => import(new URL(`../../dist/src/${file}.js`, import.meta.url).href));
  return Object.assign({}, ...(await Promise.all(modules))) as Parts;
}
