import type { DynamicModule } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';

const WITNESS = Symbol('what the container has');
/** What Nest calls when an application ends, in this order. */
const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;
/** When to look again for what was still being made when another part failed, in milliseconds: nothing stops it. */
const AGAIN_MS = 5000;

/**
 * Returns what `make` makes of a root module. If that fails, Nest gives nobody what it has made until then, so this ends it: connections and timers
 * would go on for ever. @throws whatever `make` throws
 */
export async function madeOrEnded<A>(root: DynamicModule, make: (root: DynamicModule) => Promise<A>): Promise<A> {
  let container: ModulesContainer | undefined;
  const useFactory = (made: ModulesContainer) => (container = made);
  const witness = { provide: WITNESS, inject: [ModulesContainer], useFactory };
  try {
    return await make({ ...root, providers: [...(root.providers ?? []), witness] });
  } catch (error) {
    if (container) endAll(container);
    throw error;
  }
}

/** In the background, since a part that is not whole may not end. */
function endAll(container: ModulesContainer): void {
  const ended = new Set<unknown>();
  const end = async () => {
    const made = instancesIn(container).filter((instance) => !ended.has(instance));
    for (const instance of made) ended.add(instance);
    for (const hook of HOOKS) await Promise.allSettled(made.map((instance) => callHook(instance, hook)));
    for (const instance of made) {
      if (instance instanceof Redis) instance.disconnect();
      if (instance instanceof DataSource && instance.isInitialized) await instance.destroy().catch(() => undefined);
    }
  };
  void end();
  setTimeout(() => void end(), AGAIN_MS).unref();
}

function instancesIn(container: ModulesContainer): unknown[] {
  const wrappers = [...container.values()].flatMap(({ providers, controllers, injectables }) => [
    ...providers.values(),
    ...controllers.values(),
    ...injectables.values(),
  ]);
  return [...new Set(wrappers.map(({ instance }) => instance as unknown))];
}

async function callHook(instance: unknown, hook: (typeof HOOKS)[number]): Promise<void> {
  if (typeof instance !== 'object' || instance === null) return;
  await (instance as Partial<Record<typeof hook, () => unknown>>)[hook]?.();
}
