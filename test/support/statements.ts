import { Client } from 'pg';
import { vi } from 'vitest';
import { currentRequest } from '../../src/platform/logging/index.js';
import { Batch, PreparedStatement } from '../../src/platform/database/wire/protocol.js';

interface Inner {
  readonly executions: readonly { readonly statement: { readonly text: string } }[];
}

/** How a connection plans from now on depends on what it did before. */
const PLANNING = /^SELECT set_config\(/;

/**
 * Records the statements of requests from now on, by request id, on connections that are made from now on. What nobody asked for, such as a periodic
 * job, has no id and is left out.
 */
export function recordStatements() {
  const recorded = new Map<string, string[]>();
  const query = Client.prototype.query as (...args: unknown[]) => unknown;
  const spy = vi.spyOn(Client.prototype, 'query') as unknown as {
    mockImplementation(make: (this: unknown, ...args: unknown[]) => unknown): void;
    mockRestore(): void;
  };
  spy.mockImplementation(function (this: unknown, ...args) {
    const id = currentRequest()?.requestId;
    if (id !== undefined) recorded.set(id, [...(recorded.get(id) ?? []), ...textsOf(args[0])]);
    return query.apply(this, args);
  });
  return {
    of: (requestId: string) => recorded.get(requestId) ?? [],
    stop: () => spy.mockRestore(),
  };
}

function textsOf(sent: unknown): string[] {
  if (sent instanceof PreparedStatement) return []; // once for each connection
  const texts =
    sent instanceof Batch
      ? (sent as unknown as Inner).executions.map(({ statement }) => statement.text)
      : [typeof sent === 'string' ? sent : (sent as { text: string }).text];
  return texts.filter((text) => !PLANNING.test(text));
}
