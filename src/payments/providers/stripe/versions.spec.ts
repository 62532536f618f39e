import { Stripe } from 'stripe';
import { expect, it } from 'vitest';
import { isSupported, SUPPORTED_VERSIONS } from './versions.js';

const release = Stripe.API_VERSION.split('.')[1]!;

it.each(['2020-08-27', '2022-11-15', '2024-06-20', '2025-09-30.clover', Stripe.API_VERSION, `2099-01-01.${release}`])(
  'Till reads webhooks of %s',
  (version) => {
    expect(isSupported(version)).toBe(true);
  },
);

it.each(['2020-03-02', '2019-02-11', '2099-01-01', '2099-01-01.zinnia', '', 'latest', release])(
  'Till does not read webhooks of %j',
  (version) => {
    expect(isSupported(version)).toBe(false);
  },
);

it('the supported versions end with that of the client', () => {
  expect(SUPPORTED_VERSIONS).toBe(`2020-08-27 to ${Stripe.API_VERSION}, and later versions of ${release}`);
});
