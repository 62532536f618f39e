import { AsyncResource } from 'node:async_hooks';
import type { Transaction } from '../../src/platform/database/index.js';

/**
 * Makes the next `number` use cases of groups that `send` causes leave as one group: whoever comes waits until all have
 * come, and then for another group, as they do while one waits for the disk.
 */
export async function grouped<T>(tx: Transaction, number: number, send: () => Promise<T>): Promise<T> {
  const run = tx.run.bind(tx);
  const joining: (() => void)[] = [];
  tx.run = (work, options) => {
    if (tx.isRunning || options?.group === undefined) return run(work, options);
    return new Promise((resolve, reject) => {
      joining.push(AsyncResource.bind(() => run(work, options).then(resolve, reject)));
      if (joining.length === number) leave(tx, joining).catch(reject);
    });
  };
  try {
    return await send();
  } finally {
    Reflect.deleteProperty(tx, 'run');
  }
}

/** Lets them join while another group is on its way, which ends once they have. */
async function leave(tx: Transaction, joining: readonly (() => void)[]): Promise<void> {
  Reflect.deleteProperty(tx, 'run');
  await new Promise<void>((begun, failed) => {
    const others = () => {
      joining.forEach((join) => join());
      begun();
      return Promise.resolve();
    };
    tx.run(others, { group: 'others' }).catch(failed);
  });
}
