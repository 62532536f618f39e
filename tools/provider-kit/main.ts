import { Argument, Command } from 'commander';
import { harnesses } from './harnesses.js';
import { heading, row, summary } from './report.js';
import { verify } from './verify.js';

async function run(name: string): Promise<void> {
  console.log(
    `Verifying the provider "${name}" against the contract in src/payments/providers/provider.ts\n\n${heading}`,
  );
  const harness = await (await harnesses[name]!())();
  try {
    const results = await verify(harness, (result) => console.log(row(result)));
    console.log(`\n${summary(results)}`);
    if (results.some(({ state }) => state === 'failed')) process.exitCode = 1;
  } finally {
    await harness.close();
  }
}

await new Command('npm run provider:verify --')
  .description(
    'Drives a payment provider through the contract that Till relies on: every outcome, repeated keys, calls without an ' +
      'answer, bounds, webhooks and settlements. Brings up what it needs. Exits 1 when a promise is not kept.',
  )
  .addArgument(new Argument('<name>', 'the provider').choices(Object.keys(harnesses)))
  .action(run)
  .parseAsync();
