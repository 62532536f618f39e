/** Says on stderr what is being done and how long it took; stdout is for the results. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  process.stderr.write(`${title} ...`);
  const result = await work();
  process.stderr.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  return result;
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
