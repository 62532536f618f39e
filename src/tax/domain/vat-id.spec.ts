import { describe, expect, it } from 'vitest';
import { vatIdOf, vatPrefixes } from './vat-id.js';

/** One of each country, published by tax authorities or their holders, or made by the published rule. */
const valid = `
  ATU13585627 BE0403019261 BG175074752 CY10259033P CZ25123891 DE136695976 DK13585628 EE100931558
  EL094259216 ESB58378431 FI20774740 FR40303265045 HR33392005961 HU12892312 IE6433435F IT00743110157
  LT119511515 LU15027442 LV40003009497 MT11679112 NL004495445B01 PL8567346215 PT501964843 RO18547290
  SE556188840401 SI50223054 SK2022749619 XI980780684 GB980780684 CHE107787577IVA`
  .trim()
  .split(/\s+/);

describe('A VAT id', () => {
  it.each(valid)('is %s', (id) => expect(vatIdOf(id)).toBe(id));

  it('is known for each prefix', () => {
    expect(valid.map((id) => id.slice(0, 2)).toSorted()).toEqual([...vatPrefixes].toSorted());
  });

  it.each([
    ['de 136 695 976', 'DE136695976'],
    ['NL0044.95445.B01', 'NL004495445B01'],
    ['GR094259216', 'EL094259216'],
    ['CHE-107.787.577 IVA', 'CHE107787577IVA'],
  ])('may be written as %s', (text, id) => expect(vatIdOf(text)).toBe(id));

  it.each(valid)('is not %s with another digit somewhere', (id) => {
    const places = [...id].flatMap((digit, place) => (/\d/.test(digit) ? [place] : []));
    const wrong = places.map((place) => id.slice(0, place) + ((Number(id[place]) + 1) % 10) + id.slice(place + 1));
    expect(wrong.filter((text) => !isValid(text)).length).toBeGreaterThan(wrong.length / 2);
  });

  it.each([
    '',
    'DE',
    '136695976',
    'US123456789',
    'XX136695976',
    'DE13669597',
    'DE1366959766',
    'ATU1358562A',
    "DE136695976'--",
  ])('is not %j', (text) =>
    expect(() => vatIdOf(text)).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ pointer: '/vatId' })] }),
    ),
  );
});

function isValid(text: string): boolean {
  try {
    vatIdOf(text);
    return true;
  } catch {
    return false;
  }
}
