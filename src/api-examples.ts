import { exampleId } from './platform/openapi/index.js';

const mug = exampleId('prd');
const price = { amount: 1199, currency: 'EUR' };
const london = {
  name: 'Ada Lovelace',
  line1: '12 St James’s Square',
  city: 'London',
  postalCode: 'SW1Y 4AH',
  country: 'GB',
};
const person = { email: 'ada@shop.example', password: 'seven loud blue herons' };
const redirectUri = 'https://shop.example/arrived';
/** What a mail, an app or an earlier response has in its place. */
const arrival = { flow: 'the-flow-of-the-authorization', callback: 'code=of-the-provider&state=of-the-authorization' };
const mailed = { token: 'the-token-in-the-mail' };
const refreshToken = 'the-refresh-token-that-came-last';

/**
 * The examples of bodies, by operation; bodies of passkeys, which a device signs, have none. A test sends each to a live server, with ids
 * of things and an address that exist, and with tokens that are valid. The demo of `npm start` has the product, so that "Try it out" in /docs places an order.
 */
export const apiExamples: Readonly<Record<string, object>> = {
  register: { ...person, name: 'Ada Lovelace' },
  signIn: person,
  passSecondFactor: { mfaToken: 'the-token-of-the-sign-in', code: '123456' },
  signInAgain: { password: person.password },
  confirmAuthenticator: { code: '123456' },
  refreshTokens: { refreshToken },
  signOut: { refreshToken },
  requestPasswordReset: { email: person.email },
  resetPassword: { ...mailed, newPassword: 'nine quiet green otters' },
  changePassword: { currentPassword: person.password, newPassword: 'nine quiet green otters' },
  confirmEmail: mailed,
  createExport: { kind: 'orders', format: 'csv', from: '2026-01-01', to: '2026-02-01', timeZone: 'Europe/Berlin' },
  changeMyEmail: { email: 'ada.lovelace@shop.example' },
  confirmEmailChange: mailed,
  undoEmailChange: mailed,
  undoAddedAccess: mailed,
  beginSignInAtProvider: { redirectUri },
  completeSignInAtProvider: arrival,
  beginLinkingIdentity: { provider: 'acme', redirectUri },
  linkIdentity: arrival,

  createRole: {
    name: 'returns_desk',
    description: 'Takes goods back',
    permissions: ['orders:read', 'payments:refund'],
  },
  changeRole: { permissions: ['orders:read'] },
  changeMe: { name: 'Ada King' },
  eraseMyAccount: { password: person.password },
  createUser: { email: 'grace@shop.example', name: 'Grace Hopper', roles: ['support'] },
  changeUser: { name: 'Grace M. Hopper' },
  changeTaxStatus: { vatId: 'DE136695976' },
  createApiKey: { name: 'ERP', scopes: ['orders:read'], expiresInDays: 90 },
  rotateApiKey: { overlapHours: 24 },

  createProduct: { sku: 'MUG-GREEN', name: 'Mug, green', price, attributes: { color: 'green' }, stock: { onHand: 50 } },
  changeProduct: { price: { amount: 1099, currency: 'EUR' } },
  adjustStock: { delta: 10, reason: 'delivery 4711' },
  quoteOrder: { lines: [{ productId: mug, quantity: 2 }] },
  placeOrder: {
    lines: [{ productId: mug, quantity: 2 }],
    shippingAddress: london,
    payment: { paymentMethod: 'pm_ok' },
  },
  cancelOrder: { reason: 'ordered twice' },
  quoteCancellation: { reason: 'ordered twice' },
  requestCancellation: { reason: 'ordered twice' },
  postOrderMessage: { text: 'Could you gift-wrap the mug?' },
  fulfillOrder: { carrier: 'DHL', trackingNumber: 'JD0146' },
  payOrder: { paymentMethod: 'pm_ok' },
  capturePayment: { amount: 500 },
  refundPayment: { amount: 100, reason: 'a scratch' },
  quoteRefund: { amount: 100, reason: 'a scratch' },
  requestApproval: { paymentId: exampleId('pay'), amount: 100, reason: 'a scratch' },
  decideApproval: { decision: 'approve', note: 'seen on the photo' },
  resolveDifference: { differenceId: exampleId('rcd'), state: 'explained', note: 'a fee that came a day later' },
  postDifference: { differenceId: exampleId('rcd'), account: 'adjustments', note: 'rounding of the provider' },

  postTransaction: {
    currency: 'EUR',
    postings: [{ debit: 'payouts', credit: 'equity', amount: 100000 }],
    reason: 'capital paid in',
  },
  reverseTransaction: { reason: 'posted twice' },
  grantStoreCredit: { amount: 500, currency: 'EUR', reason: 'a late parcel' },
  transferStoreCredit: { toUserId: exampleId('usr'), amount: 100, currency: 'EUR' },
  createPromotion: { name: 'Welcome', code: 'WELCOME10', benefit: 'percent', percentage: '10', usageLimit: 1000 },
  changePromotion: { name: 'Welcome back' },
  createShippingMethod: { name: 'Parcel', currency: 'EUR', price: 499, freeFrom: 5000, countries: ['GB'] },
  changeShippingMethod: { price: 599 },

  createWebhookEndpoint: { url: 'https://erp.shop.example/till', types: ['order.*'], description: 'ERP' },
  changeWebhookEndpoint: { types: ['order.*', 'payment.*'] },
  rotateWebhookSecret: { overlapHours: 24 },
  replayEvents: { from: '2026-01-01T00:00:00.000Z' },
};
