import { apiDescription } from '../../src/api-description.js';
import { ApiModule } from '../../src/api.module.js';
import { describeModule } from '../../src/platform/openapi/index.js';
import { loadConfig } from '../../src/settings.js';
import { compileClient, generateClient } from '../../tools/openapi/client.js';
import { development } from './variables.js';

interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}
type Call = (path: string, options?: object) => Promise<Result>;

/** The client without its types, which exist once it is built. */
export interface Client {
  createTill(options: object): Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Call> & {
    signIn(credentials: object): Promise<unknown>;
    live(options: object): AsyncIterable<unknown>;
  };
  ok(call: Promise<Result>): Promise<unknown>;
}

/** The document that the client is made of, as JSON text. */
export async function clientDocument(): Promise<string> {
  const config = loadConfig({ ...development, PUBLIC_URL: 'https://till.shop.example' });
  return JSON.stringify(await describeModule(ApiModule, config, apiDescription));
}

/** Builds the client from the present sources, and loads it. */
export async function buildClient(): Promise<Client> {
  await generateClient(await clientDocument());
  compileClient();
  return (await import(/* @vite-ignore */ '@till/client' as string)) as Client;
}
