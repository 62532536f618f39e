import type { Transaction } from './transaction.js';

/** Ends a dry run: the transaction rolls back, and its result is known. */
class Finished<T> extends Error {
  constructor(readonly result: T) {
    super('a dry run, rolled back');
  }
}

/**
 * Runs `work` in a transaction of its own and takes everything back: no row changes, and nothing leaves by the outbox. All that was written
 * meets the constraints first, so it fails as the real one would. Returns the result of `work`. It must take no number of a sequence.
 */
export async function dryRun<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  if (tx.isRunning)
    throw new Error('A dry run takes back its whole transaction, so it must not be called inside of one.');
  try {
    return await tx.run(async () => {
      const result = await work();
      await tx.query('SET CONSTRAINTS ALL IMMEDIATE');
      throw new Finished(result);
    });
  } catch (error) {
    if (error instanceof Finished) return error.result as T;
    throw error;
  }
}
