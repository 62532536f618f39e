import { describe, expect, it } from 'vitest';
import { decodeId, encodeId, newId } from './ids.js';

describe('ids', () => {
  it('come back from their public form', () => {
    const id = newId<'ord'>();
    expect(decodeId('ord', encodeId('ord', id))).toBe(id);
  });

  it('grow with time', () => {
    const ids = Array.from({ length: 1000 }, () => newId());
    expect(ids.toSorted()).toEqual(ids);
  });

  it.each([
    ['of another kind', encodeId('pay', newId<'pay'>())],
    ['without a prefix', '01h455vb4pex5vsknk084sn02q'],
    ['that are too long', `${encodeId('ord', newId<'ord'>())}0`],
    ['that overflow 128 bits', 'ord_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['in upper case', encodeId('ord', newId<'ord'>()).toUpperCase()],
    ['that are empty', ''],
    ['with a letter base32 lacks', 'ord_01h455vb4pex5vsknk084sn02u'],
    ['of plain uuid form', newId()],
  ])('refuse texts %s', (_, text) => {
    expect(decodeId('ord', text)).toBeUndefined();
  });
});
