import { readFileSync } from 'node:fs';

const KIB_PER_MIB = 1024;

/** The memory that a process holds, in MiB. */
export interface Memory {
  /** Now. */
  readonly resident: number;
  /** At most so far. */
  readonly peak: number;
}

/** Reads proc_pid_status(5). */
export function parseStatus(text: string): Memory {
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / KIB_PER_MIB;
  return { resident: field('VmRSS'), peak: field('VmHWM') };
}

/** The memory of a process; `undefined` where there is no /proc. */
export function memoryOf(pid: number): Memory | undefined {
  try {
    return parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What a process has of its own, without memory that it shares, in MiB; `undefined` where there is no /proc. */
export function privateMemoryOf(pid: number): number | undefined {
  try {
    const kib = Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return Number.isNaN(kib) ? undefined : kib / KIB_PER_MIB;
  } catch {
    return undefined;
  }
}
