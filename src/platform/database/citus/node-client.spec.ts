import { describe, expect, it } from 'vitest';
import { inCluster, inSchema } from '../../config/index.js';
import { clientOf, hasLeft, isOfNodeBefore } from './node-client.js';

const failure = (code: string, message = '') => Object.assign(new Error(message), { code });
const ofShop = new (clientOf(inSchema(inCluster('postgres://till@127.0.0.1:1/till'), 'shop_north')))();
const plain = new (clientOf(inSchema('postgres://till@127.0.0.1:1/till', 'shop_north')))();

describe('A connection to the node of a shop finds out that the shop has left', () => {
  it.each(['42P01', 'XX000'])('by SQLSTATE %s, also where TypeORM wraps the error', (code) => {
    const error = failure(code);
    expect(hasLeft(ofShop, error)).toBe(true);
    const wrapped = Object.assign(new Error('QueryFailedError'), { driverError: error });
    expect([isOfNodeBefore(error), isOfNodeBefore(wrapped)]).toEqual([true, true]);
  });

  it.each([
    ['another error', ofShop, failure('23505')],
    ['another node that is away', ofShop, failure('XX000', 'failure on connection marked as essential: 192.0.2.1:1')],
    ['no error', ofShop, 'refused'],
    ['a missing table of plain PostgreSQL', plain, failure('42P01')],
    ['no connection', undefined, failure('42P01')],
  ])('but not by %s', (_, client, error) => {
    expect([hasLeft(client, error), isOfNodeBefore(error)]).toEqual([false, false]);
  });
});
