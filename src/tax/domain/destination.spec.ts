import { expect, it } from 'vitest';
import { destinationOf } from './destination.js';

it.each(['postalCode', 'postal_code', 'postcode', 'zip', 'zipCode'])(
  'A postcode is read from `%s`, without its spaces',
  (name) => {
    expect(destinationOf({ country: 'fr', [name]: ' 20 090 ' }, undefined)).toEqual({
      country: 'FR',
      region: null,
      postalCode: '20090',
    });
  },
);

it.each(['region', 'state', 'province'])('A region is read from `%s`', (name) => {
  expect(destinationOf({ country: 'US', [name]: 'ny' }, undefined)).toMatchObject({ region: 'NY' });
});

it('The first name that holds a text counts', () => {
  const address = { country: 'US', region: '', state: 'CA', zip: 10_001, postalCode: '94607', postcode: '1' };
  expect(destinationOf(address, undefined)).toEqual({ country: 'US', region: 'CA', postalCode: '94607' });
});
