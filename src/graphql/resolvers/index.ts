import { CatalogueFields } from './catalogue-fields.js';
import { CustomerFields } from './customer-fields.js';
import { LedgerFields } from './ledger-fields.js';
import { OrderFields } from './order-fields.js';
import { PaymentFields } from './payment-fields.js';

/** All that read fields beyond what a row has. */
export const FIELD_CLASSES = [CatalogueFields, OrderFields, PaymentFields, CustomerFields, LedgerFields] as const;
