import { Raw } from 'typeorm';

/** Whether a name has these words, or words that begin with them. A text without a word finds nobody. */
export function hasWords(text: string) {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const query = words.map((word) => `${word}:*`).join(' & ');
  return Raw((column) => `to_tsvector('simple', ${column}) @@ to_tsquery('simple', :query)`, { query });
}

/** Whether an address is this one, whatever its case. */
export const sameEmail = (email: string) => Raw((column) => `lower(${column}) = lower(:email)`, { email });
