import { assert, property, string, uuid as uuids } from 'fast-check';
import { fromUUID, TypeID } from 'typeid-js';
import { expect, it } from 'vitest';
import { suffixOf, uuidOf } from './typeid.js';

it.each([
  // From the specification's valid.yml.
  ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000'],
  ['00000000-0000-0000-0000-000000000001', '00000000000000000000000001'],
  ['00000000-0000-0000-0000-000000000020', '00000000000000000000000010'],
  ['ffffffff-ffff-ffff-ffff-ffffffffffff', '7zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ['0110c853-1d09-52d8-d73e-1194e95b5f19', '0123456789abcdefghjkmnpqrs'],
  ['01890a5d-ac96-774b-bcce-b302099a8057', '01h455vb4pex5vsknk084sn02q'],
])('%s is %s', (uuid, suffix) => {
  expect(suffixOf(uuid)).toBe(suffix);
  expect(uuidOf(suffix)).toBe(uuid);
});

it('agrees with the library of the specification', () => {
  assert(
    property(uuids({ version: [1, 4, 7, 8] }), (uuid) => {
      const suffix = suffixOf(uuid);
      expect(`ord_${suffix}`).toBe(fromUUID(uuid, 'ord'));
      expect(uuidOf(suffix)).toBe(TypeID.fromString(`ord_${suffix}`, 'ord').toUUID());
    }),
    { numRuns: 2000 },
  );
});

it('refuses what is no suffix', () => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  assert(
    property(string({ minLength: 0, maxLength: 30, unit: 'binary' }), (text) => {
      const isSuffix = text.length === 26 && text[0]! <= '7' && [...text].every((digit) => digits.includes(digit));
      expect(uuidOf(text) !== undefined).toBe(isSuffix);
    }),
  );
  for (const wrong of [
    '8zzzzzzzzzzzzzzzzzzzzzzzzz',
    '01H455VB4PEX5VSKNK084SN02Q',
    '01h455vb4pex5vsknk084sn02u',
    'ü1h455vb4pex5vsknk084sn02q',
  ])
    expect(uuidOf(wrong)).toBeUndefined();
});
