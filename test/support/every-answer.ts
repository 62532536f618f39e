import { randomUUID } from 'node:crypto';
import type { BusyShop } from './every-request.js';
import type { OpenApi } from './openapi.js';

/**
 * Sends one example of each request that changes something, and each GET of something that the busy shop has. Returns those that were answered with an error
 * of Till.
 */
export async function everyFailure({ api, admin, examples, addressOf }: BusyShop): Promise<string[]> {
  const failed: string[] = [];
  const note = (request: string, status: number) => status >= 500 && failed.push(`${request}: ${status}`);
  for (const { method, path, body } of examples()) {
    const headers = { 'idempotency-key': randomUUID() };
    const { status } = await api.request(`${method} ${path}`, { token: admin.token, body, headers });
    note(`${method} ${path}`, status);
  }
  const { paths } = (await api.request<OpenApi>('GET /openapi.json')).body;
  for (const path of Object.keys(paths).filter((path) => 'get' in paths[path]!)) {
    for (const address of addressesOf(path, addressOf)) note(`GET ${path}`, (await api.get(address, admin)).status);
  }
  return failed;
}

/** None of what the busy shop has no example of. */
function addressesOf(path: string, addressOf: BusyShop['addressOf']): string[] {
  try {
    return [addressOf(path)];
  } catch {
    return [];
  }
}
