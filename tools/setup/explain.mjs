/** What a person can do about what the system refuses. Needs no dependency. */
import { NOT_WRITABLE } from './conditions.mjs';
import { root } from './foreground.mjs';

const FULL = 'The disk is full: make room on it, then start again.';
const TOO_FEW_FILES = 'Too few files may be open at once: raise the limit (ulimit -n 4096), then start again.';

/**
 * The message of an error and, where the system refused something, what to do.
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (!(error instanceof Error)) return String(error);
  const remedy = remedyFor(error);
  return remedy === undefined ? error.message : `${error.message}\n${remedy}`;
}

function remedyFor({ code, path, cause }) {
  if (code === 'ENOSPC' || code === 'EDQUOT') return FULL;
  if (code === 'EMFILE' || code === 'ENFILE') return TOO_FEW_FILES;
  const isOurs = code === 'EROFS' || (path !== undefined && String(path).startsWith(root));
  if (isOurs && ['EROFS', 'EACCES', 'EPERM'].includes(code)) return NOT_WRITABLE;
  return cause instanceof Error ? remedyFor(cause) : undefined;
}
