import { NotFound, ValidationFailed } from '../shared/errors.js';
import { decodeId, type Id, idNames, type IdPrefix } from '../shared/ids.js';

const MAX_LIMIT = 100;
const MAX_TEXT = 400;

/** What a field of a page may be asked. */
export interface PageArguments {
  readonly limit?: number | null;
  readonly cursor?: string | null;
}

/** Returns limit and cursor of a page. @throws ValidationFailed */
export function pageOfArguments({ limit, cursor }: PageArguments): { limit: number; cursor: string | undefined } {
  const count = limit ?? 20;
  if (count < 1 || count > MAX_LIMIT) throw invalid('limit', `must be 1 to ${MAX_LIMIT}`);
  return { limit: count, cursor: cursor ?? undefined };
}

/** Returns the id that a text means. @throws NotFound for no id of this kind */
export function idOfArgument<P extends IdPrefix>(prefix: P, text: string): Id<P> {
  const id = decodeId(prefix, text);
  if (!id) throw new NotFound(idNames[prefix], text);
  return id;
}

/** Returns a text that may be left out. @throws ValidationFailed for one that no column has */
export function textOfArgument(name: string, text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (text.length > MAX_TEXT || text.includes('\0')) throw invalid(name, `must have at most ${MAX_TEXT} characters`);
  return text;
}

const invalid = (name: string, message: string) => new ValidationFailed([{ pointer: `/${name}`, code: name, message }]);
