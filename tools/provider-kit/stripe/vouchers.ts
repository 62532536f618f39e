import type { Behaviour } from './behaviour.js';

type Action = Extract<Behaviour, { kind: 'instruct' }>['action'];

const instruct = (action: Action): Behaviour => ({ kind: 'instruct', action });
const page = (intent: string) => `https://payments.stripe.test/voucher/${intent}`;

/** Methods that are paid elsewhere, with what Stripe tells the shopper (https://docs.stripe.com/payments/vouchers). */
export const vouchers: Readonly<Record<string, Behaviour>> = {
  pm_konbini: instruct((intent, expires) => ({
    type: 'konbini_display_details',
    konbini_display_details: {
      expires_at: expires,
      hosted_voucher_url: page(intent),
      stores: {
        familymart: { payment_code: '123456', confirmation_number: '01234567890' },
        lawson: { payment_code: '234567', confirmation_number: '01234567890' },
        ministop: null,
        seicomart: null,
      },
    },
  })),
  pm_oxxo: instruct((intent, expires) => ({
    type: 'oxxo_display_details',
    oxxo_display_details: { expires_after: expires, hosted_voucher_url: page(intent), number: '12345678901234567890' },
  })),
  pm_multibanco: instruct((intent, expires) => ({
    type: 'multibanco_display_details',
    multibanco_display_details: {
      entity: '11249',
      expires_at: expires,
      hosted_voucher_url: page(intent),
      reference: '123456789',
    },
  })),
  pm_bankTransfer: instruct(() => ({
    type: 'display_bank_transfer_instructions',
    display_bank_transfer_instructions: {
      amount_remaining: 1000,
      currency: 'eur',
      financial_addresses: [
        {
          type: 'iban',
          supported_networks: ['sepa'],
          iban: { account_holder_name: 'Shop', bic: 'SOGEDEFFXXX', country: 'DE', iban: 'DE00000000000000000001' },
        },
      ],
      hosted_instructions_url: null,
      reference: 'ABCDEF123456',
      type: 'eu_bank_transfer',
    },
  })),
  /** Needs Stripe's own script in the browser, which Till can't hand on. */
  pm_needsScript: instruct(() => ({ type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } })),
};
