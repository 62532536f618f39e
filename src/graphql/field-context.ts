import type { Caller } from '../platform/access/index.js';
import type { Loaders } from './loaders.js';

/** What all fields of one request share. */
export interface FieldContext {
  readonly caller: Caller | undefined;
  readonly loaders: Loaders;
}

/** The same, of a field that strangers may not read. */
export interface SignedInContext extends FieldContext {
  readonly caller: Caller;
}
