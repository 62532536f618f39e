import { AsyncResource } from 'node:async_hooks';
import type { Transaction } from '../../src/platform/database/index.js';

/**
 * Sees to it that the next `number` use cases that `send` causes leave as one group: whoever comes waits until all have
 * come, and then for another group, as they do while one waits for the disk.
 */
export async function grouped<T>(tx: Transaction, number: number, send: () => Promise<T>): Promise<T> {
  const join = tx.runInGroup;
  const joining: (() => void)[] = [];
  tx.runInGroup = (work, kind) => {
    if (tx.isRunning) return work();
    return new Promise((resolve, reject) => {
      joining.push(AsyncResource.bind(() => join.call(tx, work, kind).then(resolve as never, reject)));
      if (joining.length === number) leave(tx, joining).catch(reject);
    });
  };
  try {
    return await send();
  } finally {
    Reflect.deleteProperty(tx, 'runInGroup');
  }
}

/** Lets them join while another group is on its way, which ends once they have. */
async function leave(tx: Transaction, joining: readonly (() => void)[]): Promise<void> {
  Reflect.deleteProperty(tx, 'runInGroup');
  await new Promise<void>((begun, failed) => {
    const others = () => {
      joining.forEach((join) => join());
      begun();
      return Promise.resolve();
    };
    tx.runInGroup(others).catch(failed);
  });
}
