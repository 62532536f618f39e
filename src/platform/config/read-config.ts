import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { Config } from './config.js';
import { generalProblems, generalSecrets, generalVariables, type GeneralVariables } from './general-variables.js';
import type { AnySection } from './section.js';
import { inWords } from './words.js';

type Source = Readonly<Record<string, string | undefined>>;
type Variables = Readonly<Record<string, unknown>>;

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
  const { variables, problems } = readAll(source, sections);
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
  return readAll(source, sections).variables;
}

/**
 * Reads only the URL of the database, for commands that need nothing else.
 * @throws InvalidConfig
 */
export function loadDatabaseUrl(source: Source): string {
  const { values, problems } = withSecretFiles(source, ['DATABASE_URL']);
  const { DATABASE_URL } = generalVariables.shape;
  const result = DATABASE_URL.safeParse(values['DATABASE_URL']);
  const all = [...problems, ...(result.success ? [] : inWords('DATABASE_URL', result.error))];
  if (!result.success || all.length > 0) throw new InvalidConfig(all);
  return result.data;
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
function readAll(source: Source, sections: readonly AnySection[]) {
  const { values, problems } = withSecretFiles(source, secretNames(sections));
  const variables: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(shapeOf(sections) as Record<string, z.ZodType>)) {
    const result = type.safeParse(values[name]);
    if (result.success) variables[name] = result.data;
    else problems.push(...inWords(name, result.error));
  }
  return { variables, problems };
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
