import type { z } from 'zod';
import type { Config } from './config.js';
import type { GeneralVariables } from './general-variables.js';

type Shape = z.ZodRawShape;

/** Variables of a section that are set and valid, with those that no module has to itself. */
export type Given<V extends Shape> = Partial<z.output<z.ZodObject<V>>> & Partial<GeneralVariables>;

/** The settings of a module: its variables and the resulting values. `src/settings.ts` joins all sections. */
export interface Section<V extends Shape, S> {
  readonly variables: V;
  /** Names of variables that may come from a file named by `<NAME>_FILE`, as container platforms mount secrets. */
  readonly secrets: readonly (keyof V & string)[];
  /** Problems of variables that are valid separately; each text begins with the name of a variable. */
  problems?(given: Given<V>): string[];
  /** The settings, of variables without a problem. `config` has the general ones. */
  settings(variables: z.output<z.ZodObject<V>>, config: Config): S;
}

/** A section of whatever variables. */
export interface AnySection {
  readonly variables: Shape;
  readonly secrets: readonly string[];
  problems?(given: never): string[];
  settings(variables: never, config: Config): unknown;
}

/** A section whose types follow from its variables. */
export function section<V extends Shape, S>(given: Section<V, S>): Section<V, S> {
  return given;
}

/** Whether these variables are those of a production: the mode where none is named. */
export function isProduction({ NODE_ENV }: Partial<GeneralVariables>): boolean {
  return NODE_ENV === undefined || NODE_ENV === 'production';
}
