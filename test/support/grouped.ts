import type { Transaction } from '../../src/platform/database/index.js';

/**
 * Sees to it that the next `number` use cases that `send` causes leave as one group: whoever comes waits until all have
 * come, as they do while earlier groups wait for the disk. They have 100 ms.
 */
export async function grouped<T>(tx: Transaction, number: number, send: () => Promise<T>): Promise<T> {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  await occupied(tx, released);
  const join = tx.runInGroup;
  let arrived = 0;
  tx.runInGroup = (work, kind) => {
    const result = tx.isRunning ? work() : join.call(tx, work, kind);
    if (!tx.isRunning && ++arrived === number) release();
    return result as never;
  };
  try {
    return await send();
  } finally {
    release();
    Reflect.deleteProperty(tx, 'runInGroup');
  }
}

/** Has a group wait for `released`; resolves once it does. */
function occupied(tx: Transaction, released: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const wait = () => {
      resolve();
      return released;
    };
    tx.runInGroup(wait).catch(reject);
  });
}
