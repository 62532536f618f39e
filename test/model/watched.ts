import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Faults } from './faults.js';
import type { Ahead, Database } from './ground.js';
import type * as parts from './parts.js';

type Parts = typeof parts;

/** How long the sandbox may take to answer, in milliseconds: enough on a busy machine, little enough to wait for often. */
const PROVIDER_TIMEOUT_MS = 200;

/** An application that has the time of the run, and whose transactions and calls of the provider can fail. */
export function watch(
  given: Parts,
  app: NestFastifyApplication,
  { database, note, time }: { database: Database; note: (what: string) => void; time: Ahead },
): Faults {
  const faults = new Faults(given, database, note);
  app.get(given.Clock, { strict: false }).now = () => new Date(Date.now() + time.ahead * 1000);
  faults.watchTransactions(app.get(given.Transaction, { strict: false }));
  const provider = app.get(given.SandboxProvider, { strict: false });
  Object.assign(provider, { timeoutMs: PROVIDER_TIMEOUT_MS });
  faults.watchProvider(provider);
  return faults;
}
