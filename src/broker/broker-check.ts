import type { BrokerSettings } from './broker.settings.js';
import { problemOf } from './domain/broker-problem.js';

/** Signs in to the broker once. Returns what is wrong with it, in words without a secret; `undefined` if nothing is. */
export async function brokerProblem(url: string, { ca }: Pick<BrokerSettings, 'ca'>): Promise<string | undefined> {
  const { trySignIn } = await import('./amqp.js');
  try {
    await trySignIn({ url, ca });
    return undefined;
  } catch (error) {
    return problemOf(error as Error);
  }
}
