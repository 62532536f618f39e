/** The languages in which Till writes to people (ISO 639-1), the default first. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
export const defaultLanguage: Language = languages[0];

/**
 * Returns the language that an `Accept-Language` header (RFC 9110, section 12.5.4) likes most of those that Till has; the default when it
 * likes none.
 */
export function acceptedLanguage(header = ''): Language {
  const ranges = header.slice(0, 500).split(',').map(rangeOf);
  const liked = ranges.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality);
  for (const { tag } of liked) {
    const found = languages.find((language) => tag === language || tag.startsWith(`${language}-`));
    if (found) return found;
    if (tag === '*') break;
  }
  return defaultLanguage;
}

function rangeOf(text: string): { readonly tag: string; readonly quality: number } {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}
