import { BundledModules } from './bundled-modules.js';

/** The parts of a V8 CPU profile (node --cpu-prof) that are read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** Where the time of a busy process went; shares of the time it was not idle. */
export interface ProfileSummary {
  readonly busyMs: number;
  /** By package, or by directory of our own. */
  readonly places: readonly Share[];
  readonly functions: readonly Share[];
}

interface Share {
  readonly name: string;
  readonly share: number;
}

const IDLE = new Set(['(idle)', '(program)', '(root)']);
const TOP = 30;

/** Sums the samples by where the code stands that was running (self time). */
export function summarise(profile: CpuProfile): ProfileSummary {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  const modules = new BundledModules();
  let busy = 0;
  profile.samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = frames.get(id)!;
    const time = profile.timeDeltas[index] ?? 0;
    if (IDLE.has(functionName)) return;
    busy += time;
    const module = modules.at(url, lineNumber);
    add(places, placeOf(module, functionName), time);
    add(functions, `${functionName || '(anonymous)'} ${shorten(module)}:${lineNumber + 1}`, time);
  });
  return { busyMs: busy / 1000, places: largest(places, busy), functions: largest(functions, busy) };
}

/** `pg`, `@nestjs/core`, `src/orders`, `node:internal`, or what V8 calls itself: `(garbage collector)`. */
export function placeOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return url.split('/', 1)[0]!;
  const inPackage = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return inPackage ?? /(?:^|\/)dist\/(src\/(?:platform\/)?[^/]+)/.exec(url)?.[1] ?? url;
}

function shorten(url: string): string {
  return url.replace(/^.*\/(?=node_modules\/|dist\/)/, '');
}

function add(sums: Map<string, number>, name: string, time: number): void {
  sums.set(name, (sums.get(name) ?? 0) + time);
}

function largest(sums: ReadonlyMap<string, number>, whole: number): Share[] {
  const shares = [...sums].map(([name, time]) => ({ name, share: time / whole }));
  return shares.toSorted((a, b) => b.share - a.share).slice(0, TOP);
}
