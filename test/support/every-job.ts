import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { PeriodicJob } from '../../src/platform/schedule/index.js';

interface Inner {
  readonly purpose: string;
  readonly work: () => Promise<void>;
}

/** Runs each periodic job of a worker once. Returns how many there are, and those that failed. */
export async function runEveryJob(worker: INestApplicationContext): Promise<{ jobs: number; failed: string[] }> {
  const jobs = new Set(instancesOf(worker).flatMap((instance) => Object.values(instance).flat().filter(isJob)));
  const failed: string[] = [];
  for (const { purpose, work } of jobs as unknown as Iterable<Inner>)
    await work().catch((error: unknown) => failed.push(`${purpose}: ${String(error)}`));
  return { jobs: jobs.size, failed };
}

const isJob = (value: unknown): value is PeriodicJob => value instanceof PeriodicJob;

function instancesOf(worker: INestApplicationContext): object[] {
  const modules = [...worker.get(ModulesContainer, { strict: false }).values()];
  return modules.flatMap(({ providers }) =>
    [...providers.values()].flatMap(({ instance }) =>
      typeof instance === 'object' && instance !== null ? [instance as object] : [],
    ),
  );
}
