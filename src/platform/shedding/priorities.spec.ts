import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { RouteTerms } from '../routes/index.js';
import { setPriorities } from './priorities.js';

/** The priority of a route with these terms. */
function priorityOf(method: string, url: string, terms: RouteTerms = {}): string | undefined {
  const server = fastify();
  let found: string | undefined;
  setPriorities(server);
  server.addHook('onRoute', ({ config }) => void (found = (config as RouteTerms).priority));
  server.route({ method, url, config: terms, handler: () => '' });
  return found;
}

describe('The priority of a route', () => {
  it.each([
    ['GET', '/v1/orders', {}, 'list'],
    ['GET', '/v1/reports/sales', {}, 'list'],
    ['GET', '/v1/orders/:id', {}, 'read'],
    ['GET', '/v1/users/me', {}, 'read'],
    ['POST', '/v1/orders', {}, 'write'],
    ['POST', '/v1/orders/:id/payments', { priority: 'essential' }, 'essential'],
    ['GET', '/health/live', { listener: 'admin' }, 'essential'],
    ['GET', '/metrics', { listener: 'admin' }, 'essential'],
  ] as const)('%s %s %o is %s', (method, url, terms, priority) => {
    expect(priorityOf(method, url, terms)).toBe(priority);
  });
});
