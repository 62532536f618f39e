import { expect, it } from 'vitest';
import { Alarm } from './alarm.js';

const FOREVER = 2 ** 30;

it('ends a sleep when it rings', async () => {
  const alarm = new Alarm();
  const slept = alarm.sleep(FOREVER);
  alarm.ring();
  await expect(slept).resolves.toBeUndefined();
});

it('ends the next sleep at once when it rang while nobody slept, and that one alone', async () => {
  const alarm = new Alarm();
  alarm.ring();
  alarm.ring();
  await alarm.sleep(FOREVER);
  let woken = false;
  const slept = alarm.sleep(FOREVER).then(() => (woken = true));
  await new Promise(setImmediate);
  expect(woken).toBe(false);
  alarm.ring();
  await slept;
});
