import { describe, expect, it } from 'vitest';
import { looksLikeLink } from './link-like.js';

describe('looksLikeLink', () => {
  it.each([
    'You won! http://evil.example',
    'HTTPS://EVIL.EXAMPLE',
    'see www.evil',
    'evil.example',
    'Ada evil.co.uk Lovelace',
    'bücher.example',
    'xn--bcher-kva.example',
    'x.com',
    't.me/prize',
    'X.COM',
    'see a.shop now',
    'ada@evil.example',
    'evil．example',
    'evil。example',
    'ev\u200bil.exa\u2060mple',
    '10.0.0.1',
    'mailto:ada',
    'ftp://x',
  ])('finds %s', (text) => {
    expect(looksLikeLink(text)).toBe(true);
  });

  it.each([
    'Ada Lovelace',
    'J.R.R. Tolkien',
    'J. R. R. Tolkien',
    'Dr. Ada Lovelace',
    'Sammy Davis Jr.',
    'J.Smith',
    'J.SMITH',
    'A.Comstock',
    'J.R.COMBS',
    "Conan O'Brien",
    'Anne-Marie Müller',
    'María del Carmen y Peña',
    '山田 太郎',
    'Ann/Bob',
    'St. John the 3rd',
    '1. FC Köln',
  ])('lets %s be', (text) => {
    expect(looksLikeLink(text)).toBe(false);
  });
});
