import { Counter, Histogram } from 'prom-client';
import type { Outcome } from '../providers/provider.js';

const operations = ['authorize', 'capture', 'void', 'refund', 'status', 'cancel'] as const;
const outcomes = ['completed', 'requires_action', 'pending', 'not_sent', 'unknown', 'error'] as const;

export type ProviderOperation = (typeof operations)[number];

const calls = new Counter({
  name: 'till_provider_calls_total',
  help: 'Calls of payment providers by operation and outcome; unknown: no clear answer in time; error: the call could not be made.',
  labelNames: ['provider', 'operation', 'outcome'],
});
const duration = new Histogram({
  name: 'till_provider_call_duration_seconds',
  help: 'How long calls of payment providers take, by operation.',
  labelNames: ['provider', 'operation'],
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** Shows 0 for a provider that was not called yet. */
export function showProvider(provider: string): void {
  for (const operation of operations) for (const outcome of outcomes) calls.inc({ provider, operation, outcome }, 0);
}

/** Measures one call of a provider. @throws its error */
export async function measured(
  provider: string,
  operation: ProviderOperation,
  call: () => Promise<Outcome>,
): Promise<Outcome> {
  const end = duration.startTimer({ provider, operation });
  let outcome: (typeof outcomes)[number] = 'error';
  try {
    const answer = await call();
    outcome = answer.state;
    return answer;
  } finally {
    end();
    calls.inc({ provider, operation, outcome });
  }
}
