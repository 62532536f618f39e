/** Tells somebody who waits how far a step is. */
export type Report = (step: string, progress: Readonly<Record<string, number>>) => void;

/** What every step gets: whom to tell, and the signal to stop. */
export interface Course {
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Takes how far something is, for the next report. */
export type Note = (name: string, value: number) => void;

const EVERY_MS = 5000;

/** Reports a step with its progress every five seconds while `work` runs, and at its end. */
export async function reporting<T>(
  { report }: Pick<Course, 'report'>,
  step: string,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const progress = new Map<string, number>();
  const tell = () => report(step, { ...Object.fromEntries(progress), seconds: secondsSince(began) });
  const timer = setInterval(tell, EVERY_MS);
  try {
    const result = await work((name, value) => progress.set(name, value));
    tell();
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** In seconds, to the tenth. */
export function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
