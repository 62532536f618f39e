import { expect, it } from 'vitest';
import { runCli } from '../../support/build.js';
import { deadLetterOf } from '../../support/matrix-things.js';
import { api, place, scenario } from '../../support/scenario.js';

scenario({ mugs: 10, unchecked: true, asRole: 'running' });

it('till queues says what waits for each consumer, and what was given up', { timeout: 180_000 }, async () => {
  await place();
  await deadLetterOf(api);
  const printed = await runCli(['queues', '--json'], api.settings);
  const queues = printed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const of = (name: string) => queues.find(({ queue }) => queue === name);
  expect(of('outbox')).toMatchObject({ waiting: expect.any(Number) as number });
  expect(Number(of('outbox')!['waiting'])).toBeGreaterThan(0);
  expect(of('mail')).toMatchObject({ dead: 1, waiting: 0 });
  expect(of('webhooks')).toMatchObject({ waiting: 0, dead: 0, oldestSeconds: 0 });
  expect((await runCli(['queues'], api.settings)).stdout).toMatch(/^queue +waiting +running +failing +dead +oldest\n/);
});
