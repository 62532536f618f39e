/** How to stop something that was started. */
export interface StopStep {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/** Says what is being done, and how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  console.log(title);
  const result = await work();
  console.log(`  done (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

/** Tells the person at the terminal, with the time, what happened meanwhile. */
export function alert(text: string): void {
  console.error(`\n[${new Date().toLocaleTimeString('en-GB')}] ${text}`);
}
