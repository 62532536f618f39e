import type { Words } from './words.js';

const IGNORE = 'If it was not you, ignore this mail: nothing changes.';
const NOT_YOU = 'If it was not you, set a new password now ("forgot password"), and tell us.';
const UNDO =
  'If it was you, ignore this mail. If not, undo it: that removes what was added lately, ends the password, signs everybody out, and sends you a mail to set a new password.';
const UNDO_VALIDITY = 'It works once, within 7 days.';
const DISABLED = 'Your webhook endpoint at <%= it.host %> was disabled';
const ENABLE =
  'enable it (PATCH /v1/webhook-endpoints/<%= it.endpointId %> with {"status":"enabled"}): what waits for it is sent then. Read what happened in the meantime from GET /v1/events.';
const disabled = (why: string) =>
  `Your webhook endpoint <%= it.endpointId %> at <%= it.host %> was disabled, because ${why}. It gets no events any more.`;

export const english: Words = {
  greeting: 'Hello<%= it.name ? " " + it.name : "" %>,',
  link: 'Open this link',
  token: 'Your token',
  total: 'Total',
  refunded: 'Refunded',
  discount: 'Discount',
  tax: 'Tax <%= it.rate %> %',
  includedTax: 'Included tax <%= it.rate %> %',
  carrier: 'Carrier',
  trackingNumber: 'Tracking number',
  mails: {
    welcome: {
      subject: 'Welcome to Till',
      before: [
        'Welcome. Your account is ready. You can sign in with your e-mail address and the password that you chose.',
      ],
    },
    order_confirmed: {
      subject: 'Your order <%= it.number %> is confirmed',
      before: ['Thank you. Your order <%= it.number %> is confirmed.'],
    },
    order_shipped: {
      subject: 'Your order <%= it.number %> is on its way',
      before: ['We have sent these goods of your order <%= it.number %>.'],
    },
    refund_succeeded: {
      subject: 'Your refund for order <%= it.number %>',
      before: ['We have refunded money for your order <%= it.number %>. Your bank may take some days to show it.'],
    },
    payment_failed: {
      subject: 'The payment for your order <%= it.number %> failed',
      before: [
        'A payment for your order <%= it.number %> failed, and nothing was charged. Pay it in another way, or try again.',
      ],
    },
    dispute_opened: {
      subject: 'A payment of order <%= it.number %> is disputed',
      before: [
        'A customer disputes a payment of order <%= it.number %> (<%= it.disputeId %>, at <%= it.provider %>). Give your evidence at the provider in time.',
      ],
    },
    dispute_closed: {
      subject: 'The dispute about order <%= it.number %> is closed: <%= it.status %>',
      before: [
        'The dispute <%= it.disputeId %> about a payment of order <%= it.number %> is closed: <%= it.status %>.',
      ],
    },
    password_reset: {
      subject: 'Set a new password',
      before: [`Somebody, probably you, asked to set a new password for your account. ${IGNORE}`],
      after: ['It works once, within 30 minutes.'],
    },
    invitation: {
      subject: 'Your account is ready',
      before: ['A colleague made an account for you. Set your password to sign in.'],
      after: ['It works once, within 7 days.'],
    },
    email_verification: {
      subject: 'Confirm your e-mail address',
      before: [
        'Confirm that this is the e-mail address of your account. If you have no account here, ignore this mail.',
      ],
      after: ['It works once, within 24 hours.'],
    },
    repeated_registration: {
      subject: 'You already have an account',
      before: [
        `Somebody, probably you, registered with this e-mail address, which has an account already: sign in with it, or set a new password here. ${IGNORE}`,
      ],
      after: ['It works once, within 30 minutes.'],
    },
    email_change: {
      subject: 'Confirm your new e-mail address',
      before: [
        `Somebody, probably you, wants to use this e-mail address for an account. Confirm it, and the account has it. ${IGNORE}`,
      ],
      after: ['It works once, within 24 hours.'],
    },
    email_change_undo: {
      subject: 'The e-mail address of your account was changed',
      before: [
        'Your account has another e-mail address now. If that was you, ignore this mail. If not, take the account back: that restores this address, ends the password, signs everybody out, and sends you a mail to set a new password.',
      ],
      after: ['It works once, within 7 days of the change.'],
    },
    email_changed: {
      subject: 'The e-mail address of your account was changed',
      before: ['Your account has another e-mail address now. If that is wrong, tell us.'],
    },
    password_changed: {
      subject: 'Your password was changed',
      before: [`Your account has a new password, and everybody was signed out. ${NOT_YOU}`],
    },
    second_factor_added: {
      subject: 'A way to sign in was added to your account',
      before: ['Your account has a new second factor or new recovery codes.', UNDO],
      after: [UNDO_VALIDITY],
    },
    second_factor_removed: {
      subject: 'A way to sign in was removed from your account',
      before: [`A second factor of your account was removed. ${NOT_YOU}`],
    },
    passkey_added: {
      subject: 'A passkey was added to your account',
      before: ['Whoever has the new passkey can sign in to your account with it.', UNDO],
      after: [UNDO_VALIDITY],
    },
    passkey_removed: {
      subject: 'A passkey was removed from your account',
      before: [`A passkey is no way to sign in to your account any more. ${NOT_YOU}`],
    },
    identity_linked: {
      subject: 'Another way to sign in was added to your account',
      before: [
        'Your account was linked to an account at an identity provider, and whoever has that one can sign in to yours.',
        UNDO,
      ],
      after: [UNDO_VALIDITY],
    },
    identity_unlinked: {
      subject: 'A way to sign in was removed from your account',
      before: [`An account at an identity provider is no way to sign in to yours any more. ${NOT_YOU}`],
    },
    endpoint_gone: {
      subject: DISABLED,
      before: [disabled('it answered 410 (Gone)'), `When it works again, ${ENABLE}`],
    },
    endpoint_failing: {
      subject: DISABLED,
      before: [disabled('every attempt of the last five days failed'), `When it works again, ${ENABLE}`],
    },
    endpoint_not_permitted: {
      subject: DISABLED,
      before: [
        disabled('your account, which has it, may read events no longer'),
        `Somebody who may read events can take it over: ${ENABLE}`,
      ],
    },
  },
};
