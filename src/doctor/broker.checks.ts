import { brokerProblem, brokerSettings } from '../broker/index.js';
import type { Config } from '../platform/config/index.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'RabbitMQ';

/** Finds nothing where no broker is configured. */
export async function checkBroker(config: Config): Promise<Finding[]> {
  const { url, ca } = config.of(brokerSettings);
  if (url === undefined) return [];
  const found = await brokerProblem(url, { ca });
  return [
    found
      ? problem(about, found, 'Correct BROKER_URL, or the server. Events for it wait meanwhile.')
      : fine(about, 'takes our sign-in'),
  ];
}
