import { readdirSync, readFileSync } from 'node:fs';

/** What proc_pid_stat(5) says of a process; times in clock ticks. */
export interface ProcessStat {
  readonly parent: number;
  /** User and system time (fields 14 and 15). */
  readonly own: number;
  /** That of its children that have ended (fields 16 and 17). */
  readonly ended: number;
}

/** USER_HZ: 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** The name in parentheses may hold anything, so the fields are counted from its end. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), own: field(14) + field(15), ended: field(16) + field(17) };
}

/** CPU time that a process has used, in ms; `undefined` where there is no /proc. */
export function cpuMs(pid: number): number | undefined {
  const stat = statOf(pid);
  return stat && stat.own * MS_PER_TICK;
}

/** The same with its children, living and ended: PostgreSQL has a process for each connection. */
export function familyCpuMs(pid: number): number | undefined {
  const parent = statOf(pid);
  if (!parent) return undefined;
  const children = processes()
    .map((child) => statOf(child))
    .filter((stat) => stat?.parent === pid);
  return children.reduce((sum, stat) => sum + (stat?.own ?? 0), parent.own + parent.ended) * MS_PER_TICK;
}

function processes(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}
