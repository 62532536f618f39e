import { type Config, InvalidConfig } from '../platform/config/index.js';
import { providerSettings, stripeSettings } from '../payments/index.js';
import { loadConfig, readVariables } from '../settings.js';
import { checkBroker } from './broker.checks.js';
import { checkDatabase } from './database.checks.js';
import { checkEncryption } from './encryption.checks.js';
import { type Finding, fine, problem } from './finding.js';
import { checkFolder } from './folder.checks.js';
import { checkMail } from './mail.checks.js';
import { checkPayments } from './payments.checks.js';
import { checkPorts } from './port.checks.js';
import { checkFileDescriptors, checkNode } from './process.checks.js';
import { checkReplica } from './replica.checks.js';
import { checkRedis } from './redis.checks.js';
import { checkStripe } from './stripe.checks.js';
import { checkTaxes } from './tax.checks.js';
import { withoutSecrets } from './without-secrets.js';

type Source = Readonly<Record<string, string | undefined>>;

/** Checks everything that Till needs without changing anything, and says what is wrong and what to do. */
export async function* examine(source: Source): AsyncGenerator<Finding> {
  const variables = readVariables(source);
  const clean = withoutSecrets(variables);
  for await (const finding of findings(source)) yield clean(finding);
}

async function* findings(source: Source): AsyncGenerator<Finding> {
  const variables = readVariables(source);
  yield* checkConfiguration(source);
  yield* await checkDatabase(variables);
  yield* await whereConfigured(source, checkEncryption);
  yield* await checkReplica(variables);
  yield* await whereConfigured(source, checkPayments);
  yield* await whereConfigured(source, checkStripe);
  yield* await whereConfigured(source, checkTaxes);
  yield* await checkRedis(variables);
  yield* await whereConfigured(source, checkBroker);
  yield* await checkMail(variables);
  yield* await whereConfigured(source, checkPorts);
  yield checkNode();
  yield checkFileDescriptors();
  if (variables.NODE_ENV !== 'production') yield* await checkFolder(process.cwd());
}

function checkConfiguration(source: Source): Finding[] {
  try {
    const config = loadConfig(source);
    return [
      fine('configuration', config.production ? 'complete, for production' : 'complete, not for production'),
      ...checkProviders(config),
    ];
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    return error.problems.map((text) => problem('configuration', text));
  }
}

/** Runs a check that needs the configuration. Ignores an invalid one, which was reported before. */
async function whereConfigured(source: Source, check: (config: Config) => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check(loadConfig(source));
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    return [];
  }
}

function checkProviders(config: Config): Finding[] {
  const about = 'payment providers';
  const { enabled } = config.of(providerSettings);
  if (enabled.length === 0)
    return [
      problem(
        about,
        'none: orders can be paid with store credit alone',
        'Set STRIPE_SECRET_KEY, or what another provider needs.',
      ),
    ];
  const found = [fine(about, `${enabled.join(', ')}; ${enabled[0]} is the default`)];
  if (config.production && enabled.includes('sandbox'))
    found.push(
      problem(
        about,
        'the sandbox takes payments in production, and no money moves',
        'Unset SANDBOX_IN_PRODUCTION before a shop sells.',
      ),
    );
  if (enabled.includes('stripe') && config.of(stripeSettings)?.webhookSecrets.length === 0)
    found.push(
      problem(
        about,
        "Stripe's webhooks are not taken",
        'Set STRIPE_WEBHOOK_SECRETS to the signing secret of its webhook endpoint.',
      ),
    );
  return found;
}
