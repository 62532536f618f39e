import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import type { z } from 'zod';
import { Config } from './config.js';
import { generalProblems, generalSecrets, generalVariables, type GeneralVariables } from './general-variables.js';
import { plaintextProblems } from './plaintext.js';
import { inCluster, inSchema, schemaOf } from './shop.js';
import type { AnySection } from './section.js';
import { inWords } from './words.js';

type Source = Readonly<Record<string, string | undefined>>;
type Variables = Readonly<Record<string, unknown>>;

/** The URLs of the database that a shop is in. */
const DATABASES = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'DATABASE_REPLICA_URL'] as const;

export class InvalidConfig extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = 'InvalidConfig';
  }
}

/**
 * Reads and checks the environment.
 * @throws InvalidConfig with all invalid variables
 */
export function readConfig(source: Source, sections: readonly AnySection[]): Config {
  const { variables, problems } = readAll(source, shapeOf(sections), secretNames(sections));
  const malformed = new Set(problems.map(nameIn));
  const together = [
    ...generalProblems(variables),
    ...sections.flatMap((one) => one.problems?.(variables as never) ?? []),
  ];
  const all = [...problems, ...together.filter((problem) => !malformed.has(nameIn(problem)))];
  if (all.length > 0) throw new InvalidConfig(all);
  return new Config(variables as GeneralVariables, sections);
}

/** Returns the valid variables of an environment that may be incomplete, for commands that report what is wrong with it. */
export function readVariables(source: Source, sections: readonly AnySection[]): Variables {
  return readAll(source, shapeOf(sections), secretNames(sections)).variables;
}

/** What a command needs that works on the database without the rest of Till. */
export interface CommandSettings<S> {
  /** The slug of a further shop; absent for the default one. */
  readonly shop: string | undefined;
  readonly databaseUrl: string;
  /** The URL with which to change the schema: that of the role which owns it. */
  readonly migrationUrl: string;
  /** Whether the database is a Citus cluster, in which each shop is a distributed schema. */
  readonly citus: boolean;
  /** The role of the processes, if it is not the one that changes the schema. */
  readonly runningRole: string | undefined;
  readonly logLevel: GeneralVariables['LOG_LEVEL'];
  readonly own: S;
}

const commandVariables = generalVariables.pick({
  NODE_ENV: true,
  SHOP: true,
  LOG_LEVEL: true,
  DATABASE_URL: true,
  MIGRATION_DATABASE_URL: true,
  DATABASE_CITUS: true,
  REQUIRE_TLS: true,
});
type CommandVariables = z.output<typeof commandVariables>;
const commandSecrets = ['DATABASE_URL', 'MIGRATION_DATABASE_URL'];

/**
 * Reads the URLs of the database and one section, which must do without the general settings, for commands that need nothing else.
 * @throws InvalidConfig with all invalid variables among them
 */
export function readCommandSettings<S>(
  source: Source,
  section: Omit<AnySection, 'settings'> & { settings(variables: never, config: never): S },
): CommandSettings<S> {
  const shape = { ...commandVariables.shape, ...section.variables };
  const { variables, problems } = readAll(source, shape, [...commandSecrets, ...section.secrets]);
  const all = [...problems, ...(variables['NODE_ENV'] === 'production' ? plaintextProblems(variables) : [])];
  if (all.length > 0) throw new InvalidConfig(all);
  const {
    SHOP,
    DATABASE_URL,
    MIGRATION_DATABASE_URL = DATABASE_URL,
    LOG_LEVEL,
    DATABASE_CITUS,
  } = variables as CommandVariables;
  const own = section.settings(variables as never, undefined as never);
  const runningRole = MIGRATION_DATABASE_URL === DATABASE_URL ? undefined : userOf(DATABASE_URL);
  const urls = { databaseUrl: DATABASE_URL, migrationUrl: MIGRATION_DATABASE_URL };
  return { shop: SHOP, citus: DATABASE_CITUS === 'on', ...urls, runningRole, logLevel: LOG_LEVEL, own };
}

/** The role as which the driver connects. */
function userOf(url: string): string | undefined {
  return new Client({ connectionString: url }).user;
}

/**
 * Reads only the URLs of the database, for commands that need nothing else.
 * @throws InvalidConfig
 */
export function loadDatabaseUrls(source: Source): Omit<CommandSettings<never>, 'own'> {
  return readCommandSettings(source, { variables: {}, secrets: [], settings: () => undefined });
}

/** Names of the variables that may come from a file. */
export function secretNames(sections: readonly AnySection[]): readonly string[] {
  return [...generalSecrets, ...sections.flatMap(({ secrets }) => secrets)];
}

/** Names of all variables. */
export function variableNames(sections: readonly AnySection[]): readonly string[] {
  return Object.keys(shapeOf(sections));
}

function shapeOf(sections: readonly AnySection[]): z.ZodRawShape {
  return Object.assign({}, generalVariables.shape, ...sections.map(({ variables }) => variables)) as z.ZodRawShape;
}

/** Parses each variable separately, so that all problems are found. Omits invalid variables from the result. */
function readAll(source: Source, shape: z.ZodRawShape, secrets: readonly string[]) {
  const { values, problems } = withSecretFiles(source, secrets);
  const variables: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(shape as Record<string, z.ZodType>)) {
    const result = type.safeParse(values[name]);
    if (result.success) variables[name] = result.data;
    else problems.push(...inWords(name, result.error));
  }
  return { variables: ofShop(variables), problems };
}

/** Leads to the schema of a further shop whoever reads a URL of the database. */
function ofShop(variables: Variables): Variables {
  const { SHOP: shop, DATABASE_CITUS: citus } = variables as {
    readonly SHOP?: string;
    readonly DATABASE_CITUS?: string;
  };
  if (shop === undefined) return variables;
  const urls = DATABASES.filter((name) => variables[name] !== undefined);
  const ofCluster = citus === 'on' ? inCluster : (url: string) => url;
  return {
    ...variables,
    ...Object.fromEntries(urls.map((name) => [name, inSchema(ofCluster(variables[name] as string), schemaOf(shop))])),
  };
}

/** Returns the variables that are set, including secrets from files, and the problems of those files. */
function withSecretFiles(source: Source, secrets: readonly string[]) {
  const values = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim() !== ''));
  const problems: string[] = [];
  for (const name of secrets) {
    const file = values[`${name}_FILE`];
    if (!file) continue;
    if (values[name]) problems.push(`${name}: set it or ${name}_FILE, not both`);
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE: can't read ${file} (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return { values, problems };
}

/** The variable that a problem is about. */
function nameIn(problem: string): string {
  return problem.split(/:|_FILE:/, 1)[0]!;
}
