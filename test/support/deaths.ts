import { type Fate, fates, type Point, points } from './gates.js';

/** Where a process dies: at a commit, that PostgreSQL loses with it or does all the same. */
export interface Death {
  readonly point: Point;
  readonly fate: Fate;
}

/** `checkOut` places an order and pays for it. */
export const operations = ['checkOut', 'pay', 'capture', 'refund'] as const;
export type Operation = (typeof operations)[number];

/** One run: an operation of each kind dies with api and worker; then the worker dies once more over one of them. */
export interface Plan {
  readonly name: string;
  readonly deaths: Readonly<Record<Operation, Death>>;
  /** Whose client comes back only when the worker has finished what it found. */
  readonly late: Operation;
  /** Where the worker dies over it; at any moment when there is nothing left for it to do. */
  readonly workerDeath: Death | undefined;
  /** From 0 to 1, for what else is left to chance. */
  readonly chance: number;
}

const deaths = points.flatMap((point) => fates.map((fate): Death => ({ point, fate })));

/** So many plans, in which each operation dies at each recovery point equally often. */
export function plansOf(runs: number, random: () => number): Plan[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const decks = operations.map((operation) => [operation, deck(deaths, random)] as const);
  const lates = deck(operations, random);
  return Array.from({ length: runs }, (_, index) => {
    const dying = Object.fromEntries(decks.map(([operation, next]) => [operation, next()])) as Plan['deaths'];
    const late = lates();
    const left = deathsAfter(dying[late]);
    const workerDeath = left.length > 0 ? pick(left) : undefined;
    const told = operations.map((operation) => `${operation}: ${nameOf(dying[operation])}`);
    const name = `${index + 1}. ${told.join(', ')}; worker (${late}): ${nameOf(workerDeath)}`;
    return { name, deaths: dying, late, workerDeath, chance: random() };
  });
}

/** How many of the commits of an operation survive this. */
export function committedBy({ point, fate }: Death): number {
  return points.indexOf(point) + (fate === 'done' ? 1 : 0);
}

/** What is left to be committed, and so to die over, for the worker that takes up what another process began. */
function deathsAfter(death: Death): Death[] {
  const committed = committedBy(death);
  return committed === 0 ? [] : deaths.filter(({ point }) => points.indexOf(point) >= committed);
}

function nameOf(death: Death | undefined): string {
  return death ? `${death.point} ${death.fate}` : 'any moment';
}

/** All of them in random order, again and again. */
function deck<T>(cards: readonly T[], random: () => number): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...cards];
    return left.splice(Math.floor(random() * left.length), 1)[0]!;
  };
}
