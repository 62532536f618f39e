import { AsyncLocalStorage } from 'node:async_hooks';
import type { ApiKeyId } from '../../shared/ids.js';

/** What is known of the request being served; it follows the asynchronous call chain. */
export interface RequestContext {
  readonly requestId: string;
  /** Where the request comes from. */
  readonly address?: string;
  callerId?: string;
  /** The API key with which a machine calls for the caller. */
  apiKeyId?: ApiKeyId | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as part of a request. */
export function inRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** The request being served; `undefined` in schedules and at start-up. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
