import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { InvalidConfig } from '../config/index.js';
import { inherited, type Variables } from './inherited-variables.js';
import type { ShopsSettings } from './shops.settings.js';

/** What all further shops have in common; no slug is called so. */
const COMMON = '_common';
/** What belongs to the process: no shop can have another one. */
const OF_PROCESS = (
  'NODE_ENV SHOP LOG_LEVEL LOG_ADDRESS HTTP_HOST INSTANCE_ID PORT WORKER_PORT ADMIN_PORT ADMIN_HOST LOAD_SHEDDING_DELAY_MS ' +
  'SHUTDOWN_DELAY_SECONDS TRUST_PROXY REQUIRE_TLS METRICS_BY_SHOP OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_HEADERS ' +
  'OTEL_TRACES_SAMPLER_ARG SHOPS SHOPS_DOMAIN SHOPS_SETTINGS_DIRECTORY SHOPS_IN_MEMORY SHOPS_POOL_SIZE'
).split(' ');

/** What is known of variables. */
export interface Names {
  /** All that a process may have. */
  readonly all: readonly string[];
  /** Those of them that belong to the process, besides the general ones. */
  readonly ofProcess: readonly string[];
}

/**
 * The environments of further shops in one process. A shop has what belongs to no module (database, Redis, keys, limits) from the process, unless its own
 * files say otherwise; what belongs to a module (providers, mail, taxes) comes from its files alone, so that no shop works with the credentials of another.
 */
export class ShopEnvironments {
  private readonly allowed: ReadonlySet<string>;
  /** The host names that files gave shops when they could last be read. */
  private readonly hosts = new Map<string, { readonly version: string; readonly host: string | undefined }>();

  constructor(
    private readonly process: Variables,
    private readonly settings: Pick<ShopsSettings, 'domain' | 'directory' | 'poolSize'>,
    private readonly publicUrl: string,
    names: Names,
  ) {
    const forbidden = new Set([...OF_PROCESS, ...names.ofProcess]);
    this.allowed = new Set(names.all.flatMap((name) => (forbidden.has(name) ? [] : [name, `${name}_FILE`])));
  }

  /**
   * The environment of a shop.
   * @throws InvalidConfig where a file can't be read, or has what no shop can have
   */
  of(slug: string): Variables {
    const own = { ...this.read(COMMON), ...this.read(slug) };
    const mails = this.process['MAIL_DIRECTORY'];
    return {
      ...inherited(this.process, own),
      PUBLIC_URL: this.process['PUBLIC_URL'] && this.urlOf(slug),
      DATABASE_POOL_SIZE: String(this.settings.poolSize),
      ...(mails && { MAIL_DIRECTORY: path.join(mails, slug) }),
      ...own,
      SHOP: slug,
    };
  }

  /**
   * The host name that a shop's own file gives it; `undefined` where there is none. While the file is no good, the name stays as it was: its requests must
   * not become those of the default shop.
   */
  hostOf(slug: string): string | undefined {
    const [known, version] = [this.hosts.get(slug), this.versionOf(slug)];
    if (version === undefined || known?.version === version) return known?.host;
    let host = known?.host;
    try {
      const { PUBLIC_URL: url } = this.parse(slug);
      host = url === undefined ? undefined : new URL(url).hostname;
    } catch {
      // the start of the shop says why
    }
    this.hosts.set(slug, { version, host });
    return host;
  }

  /**
   * Which editions of its files a shop has; another text means that they changed. `undefined` while the whole folder is away, such as a volume that is not
   * mounted: that changes no shop.
   */
  versionOf(slug: string): string | undefined {
    try {
      if (this.isFolderAway()) return undefined;
      return [COMMON, slug].map((name) => editionOf(this.fileOf(name))).join();
    } catch {
      return 'unreadable'; // the start of the shop says why
    }
  }

  /** The address of a shop that has no other: like that of the process, below the domain. */
  private urlOf(slug: string): string {
    const url = new URL(this.publicUrl);
    url.hostname = `${slug}.${this.settings.domain}`;
    return url.href.replace(/\/$/, '');
  }

  private fileOf(name: string): string | undefined {
    return this.settings.directory && path.join(this.settings.directory, `${name}.env`);
  }

  private isFolderAway(): boolean {
    const { directory } = this.settings;
    return directory !== undefined && statSync(directory, { throwIfNoEntry: false }) === undefined;
  }

  private parse(name: string): Variables {
    // Without its files, a shop would start with the mail server and the providers that are the default.
    if (this.isFolderAway())
      throw new InvalidConfig([`SHOPS_SETTINGS_DIRECTORY: there is no folder ${this.settings.directory}`]);
    const file = this.fileOf(name);
    return file === undefined || editionOf(file) === undefined ? {} : parseEnv(readFileSync(file, 'utf8'));
  }

  private read(name: string): Variables {
    const variables = this.parse(name);
    const file = this.fileOf(name);
    const problems = Object.keys(variables)
      .filter((variable) => !this.allowed.has(variable))
      .map((variable) => `${variable}: is no setting of a shop (${file})`);
    if (name === COMMON && variables['PUBLIC_URL'] !== undefined)
      problems.push(`PUBLIC_URL: belongs to one shop (${file})`);
    if (problems.length > 0) throw new InvalidConfig(problems);
    return variables;
  }
}

/** A file that replaces another one may have its time, as a copy that was kept has. */
function editionOf(file: string | undefined): string | undefined {
  const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return stats && [stats.mtimeMs, stats.size, stats.ino].join(' ');
}
