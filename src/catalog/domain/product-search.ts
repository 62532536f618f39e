/** What a search text asks for, as `websearch_to_tsquery` reads it and as beginnings of words. */
export interface SearchTerms {
  /** For websearch_to_tsquery, which takes any text: quotes, `or` and `-` mean what they mean in search engines. */
  readonly web: string;
  /** For to_tsquery: all words, the last one perhaps not typed to its end. Empty where the text has operators. */
  readonly words: string;
  /** A tsquery (PostgreSQL manual, 8.11.2): the word that is a whole sku, which begins with the text. */
  readonly sku: string;
}

const operators = /"|(^|\s)-|(^|\s)or(\s|$)/i;

/** The terms of a search text that is not blank. */
export function searchTerms(text: string): SearchTerms {
  if (operators.test(text)) return { web: text, words: '', sku: '' };
  const phrases = text.split(/\s+/).map(phraseOf).filter(Boolean);
  return {
    web: text,
    words: phrases.length > 0 ? `${phrases.join(' & ')}:*` : '',
    sku: `'${text.toLowerCase().replaceAll('\\', '\\\\').replaceAll("'", "''")}':*`,
  };
}

/** What stands together, as in T-shirt, must follow one another. */
function phraseOf(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' <-> ');
}
