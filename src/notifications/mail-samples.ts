import type { Letter } from './domain/letter.js';
import {
  aboutMoney,
  accountLetter,
  notice,
  orderConfirmation,
  orderShipped,
  type Reader,
  refunded,
} from './letters.js';
import type { MailKind } from './templates/mail-kinds.js';

const token = { token: 'mtk_example', page: 'https://shop.example/account' };
const money = { number: 1042, amount: 3497, currency: 'EUR' };
const endpoint = { endpointId: 'whe_01h455vb4pex5vsknk084sn02q', host: 'erp.example' };
const dispute = { disputeId: 'dsp_01h455vb4pex5vsknk084sn02q', provider: 'sandbox', status: 'won' };
const taxes = [{ country: 'GB', category: 'S', rate: '20', tax: 583 }];
const lines = [
  { name: 'Blue mug', quantity: 2, cancelledQuantity: 0, unitPrice: 999 },
  { name: 'Tray "large" & co', quantity: 1, cancelledQuantity: 0, unitPrice: 1499 },
];
const shipment = { lines: [{ lineId: 'lin_example', quantity: 2 }], carrier: 'DHL', trackingNumber: 'JD014600003' };

type Sample = (reader: Reader) => Letter;

const withToken =
  (kind: MailKind): Sample =>
  (reader) =>
    accountLetter(kind, reader, token);
const wordsAlone =
  (kind: MailKind): Sample =>
  (reader) =>
    notice(kind, reader);
const ofEndpoint =
  (kind: MailKind): Sample =>
  (reader) =>
    notice(kind, reader, endpoint);

/** One example of each mail, for its preview. */
export const samples: Readonly<Record<MailKind, Sample>> = {
  welcome: wordsAlone('welcome'),
  order_confirmed: (reader) => orderConfirmation({ ...money, total: money.amount, lines, taxes }, reader),
  order_shipped: (reader) => orderShipped(money.number, shipment, () => 'Blue mug', reader),
  refund_succeeded: (reader) => refunded(money, taxes, reader),
  payment_failed: (reader) => aboutMoney('payment_failed', money, reader),
  dispute_opened: (reader) => aboutMoney('dispute_opened', money, reader, dispute),
  dispute_closed: (reader) => aboutMoney('dispute_closed', money, reader, dispute),
  password_reset: withToken('password_reset'),
  invitation: withToken('invitation'),
  email_verification: withToken('email_verification'),
  repeated_registration: withToken('repeated_registration'),
  email_change: withToken('email_change'),
  email_change_undo: withToken('email_change_undo'),
  email_changed: wordsAlone('email_changed'),
  password_changed: wordsAlone('password_changed'),
  second_factor_added: withToken('second_factor_added'),
  second_factor_removed: wordsAlone('second_factor_removed'),
  passkey_added: withToken('passkey_added'),
  passkey_removed: wordsAlone('passkey_removed'),
  identity_linked: withToken('identity_linked'),
  identity_unlinked: wordsAlone('identity_unlinked'),
  endpoint_gone: ofEndpoint('endpoint_gone'),
  endpoint_failing: ofEndpoint('endpoint_failing'),
  endpoint_not_permitted: ofEndpoint('endpoint_not_permitted'),
};
