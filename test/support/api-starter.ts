import { type Api, startApi, startWorker } from './api.js';

/** Starts apis, each with a worker beside it, which end together. */
export function apiStarter(env: Readonly<Record<string, string>>) {
  const closing: (() => Promise<void>)[] = [];
  const start = async (): Promise<Api> => {
    const api = await startApi(env);
    closing.unshift(() => api.close());
    const worker = await startWorker(api);
    closing.unshift(() => worker.close());
    return api;
  };
  const close = async () => {
    for (const end of closing) await end();
  };
  return { start, close };
}
