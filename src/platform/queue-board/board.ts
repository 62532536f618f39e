import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullAdapter } from '@bull-board/api/bullAdapter';
import Bull from 'bull';
import type { Redis } from 'ioredis';

/** The library names these types in a file that is not found from a folder with an asterisk in its name. */
type IServerAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];
type BullBoardQueues = Parameters<IServerAdapter['setQueues']>[0];
type AppControllerRoute = Parameters<IServerAdapter['setApiRoutes']>[0][number];
type AppViewRoute = Parameters<IServerAdapter['setEntryRoute']>[0];
type UIConfig = Parameters<IServerAdapter['setUIConfig']>[0];

/** The response of a reading route. */
export interface BoardAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The board without a server of its own: its reading routes, its page and its files. */
export interface Board {
  /** Returns what the API of the board says at this path below its root; `undefined` where there is no such route. */
  readonly read: (place: string, query: Readonly<Record<string, string>>) => Promise<BoardAnswer> | undefined;
  /** Returns the page, which is the same at all its addresses; `undefined` where it has none. */
  readonly page: (
    place: string,
  ) => { readonly file: string; readonly values: Readonly<Record<string, string>> } | undefined;
  /** Returns the path of a file of the page, such as `/static/main.js`; `undefined` if it has none. */
  readonly file: (place: string) => string | undefined;
}

/** The queues of a board. `prefix`: what their keys begin with. `root`: where the board is served. */
export interface BoardQueues {
  readonly names: readonly string[];
  readonly prefix: string;
  readonly root: string;
}

/**
 * Makes a board of these queues that only reads. Redis holds nothing but ids of what is about to run; what failed is in PostgreSQL, so there
 * is nothing to retry here. Only this file loads the library. `open`: a connection to Redis for all queues.
 */
export async function makeBoard({ names, prefix, root }: BoardQueues, open: () => Redis): Promise<Board> {
  const redis = open();
  const queues = names.map((name) => new Bull(name, { prefix, createClient: () => redis }));
  const routes = new CollectedRoutes();
  createBullBoard({
    queues: queues.map((queue) => new BullAdapter(queue, { readOnlyMode: true })),
    serverAdapter: routes,
    options: {
      uiBasePath: path.dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')),
      uiConfig: { boardTitle: 'Till', hideDocsLink: true, showWorkers: false, hideRedisDetails: true },
    },
  });
  return routes.board(root);
}

/** What the library would give to a server. */
class CollectedRoutes implements IServerAdapter {
  private queues: BullBoardQueues = new Map();
  private views = '';
  private statics = '';
  private entry: AppViewRoute | undefined;
  private api: readonly AppControllerRoute[] = [];
  private config: UIConfig = {};

  setQueues(queues: BullBoardQueues): this {
    this.queues = queues;
    return this;
  }

  setViewsPath(views: string): this {
    this.views = views;
    return this;
  }

  setStaticPath(_: string, statics: string): this {
    this.statics = statics;
    return this;
  }

  setEntryRoute(entry: AppViewRoute): this {
    this.entry = entry;
    return this;
  }

  /** Errors are Till's to answer. */
  setErrorHandler(): this {
    return this;
  }

  setApiRoutes(routes: readonly AppControllerRoute[]): this {
    this.api = routes.filter(({ method }) => [method].flat().includes('get'));
    return this;
  }

  setUIConfig(config: UIConfig): this {
    this.config = config;
    return this;
  }

  async board(root: string): Promise<Board> {
    const names = await readdir(this.statics, { recursive: true });
    const files = new Map(
      names.map((name) => [`/static/${name.split(path.sep).join('/')}`, path.join(this.statics, name)]),
    );
    const { queues, config: uiConfig } = this;
    const entry = this.entry!;
    return {
      file: (place) => (path.extname(place) === '' ? undefined : files.get(place)),
      page: (place) => {
        if (!matches(entry.route, place)) return undefined;
        const { name, params } = entry.handler({ basePath: root, uiConfig });
        return { file: path.join(this.views, name), values: params };
      },
      read: (place, query) => {
        const route = this.api.find((one) => matches(one.route, place));
        if (!route) return undefined;
        const params = matches(route.route, place)!;
        const answer = route.handler({ queues, uiConfig, query, params, body: {}, headers: {} });
        return Promise.resolve(answer).then(({ status = 200, body }) => ({ status, body }));
      },
    };
  }
}

/** Returns the parts of a place that a pattern such as `/queue/:name` names; `undefined` where it does not match. */
export function matches(patterns: string | readonly string[], place: string): Record<string, string> | undefined {
  for (const pattern of [patterns].flat()) {
    const text = pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
    const found = new RegExp(`^${text}$`).exec(place);
    if (found) return { ...found.groups };
  }
  return undefined;
}
