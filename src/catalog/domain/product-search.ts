/** A search text as queries for PostgreSQL's full-text search. */
export interface SearchTerms {
  /** For websearch_to_tsquery, which accepts any text: quotes, `or` and `-` work as in search engines. */
  readonly web: string;
  /** For to_tsquery: all words, the last one as a prefix. Empty if the text has operators. */
  readonly words: string;
  /** A tsquery (PostgreSQL manual, 8.11.2) for skus that begin with the text. */
  readonly sku: string;
}

const operators = /"|(^|\s)-|(^|\s)or(\s|$)/i;
/** Letters of scripts without spaces between words. Each is a word, as in `search_words` in the database. */
const UNSPACED = String.raw`\u0e00-\u0e7f\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff`;
const unspacedRun = new RegExp(`[${UNSPACED}]+`, 'gu');
const word = new RegExp(String.raw`[${UNSPACED}]|(?:(?![${UNSPACED}])[\p{L}\p{N}])+`, 'gu');

/** The terms of a search text that is not blank, folded by the database (`search_fold`). */
export function searchTerms(text: string): SearchTerms {
  if (operators.test(text)) return { web: asPhrases(text), words: '', sku: '' };
  const phrases = text.split(/\s+/).map(phraseOf).filter(Boolean);
  return {
    web: text,
    words: phrases.length > 0 ? `${phrases.join(' & ')}:*` : '',
    // Folding a text that consists only of signs may leave nothing.
    sku: text === '' ? '' : `'${text.toLowerCase().replaceAll('\\', '\\\\').replaceAll("'", "''")}':*`,
  };
}

/** Words joined by signs, as in T-shirt, must follow one another. */
function phraseOf(text: string): string {
  return (text.match(word) ?? []).join(' <-> ');
}

/** Letters that are words must follow one another; inside quotes they do already. */
function asPhrases(text: string): string {
  const isQuoted = text.includes('"');
  return text.replaceAll(unspacedRun, (run) => (isQuoted ? ` ${[...run].join(' ')} ` : `"${[...run].join(' ')}"`));
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
/** Shorter words have too many similar words; longer or more words take the database too long. */
const typed = /^[a-z]{4,14}$/;
const MAX_WORDS = 3;

/**
 * For to_tsquery: all words, where words of four letters or more may have one letter added, missing, wrong or swapped with
 * the next one (Damerau 1964). Returns `undefined` if there is nothing to correct.
 */
export function correctedTerms(text: string): string | undefined {
  const words = text.match(word) ?? [];
  if (operators.test(text) || words.length > MAX_WORDS || !words.some((one) => typed.test(one))) return undefined;
  return words.map((one) => (typed.test(one) ? `(${[...neighbours(one)].join(' | ')})` : one)).join(' & ');
}

/** The word, and all words with one typo. */
function neighbours(text: string): Set<string> {
  const found = new Set([text]);
  for (let at = 0; at <= text.length; at += 1) {
    const [before, here, after] = [text.slice(0, at), text.slice(at), text.slice(at + 1)];
    for (const letter of LETTERS) found.add(before + letter + here);
    if (here === '') continue;
    found.add(before + after);
    for (const letter of LETTERS) found.add(before + letter + after);
    if (after !== '') found.add(before + after[0]! + here[0]! + after.slice(1));
  }
  return found;
}
