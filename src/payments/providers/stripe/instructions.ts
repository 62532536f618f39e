import type { Stripe } from 'stripe';
import type { Display } from '../../domain/payment.js';

type Action = Stripe.PaymentIntent.NextAction;
type Texts = Readonly<Record<string, string | number | null | undefined>>;

/**
 * Returns what the shopper must see to pay (https://docs.stripe.com/api/payment_intents/object, `next_action`): a voucher or the account of
 * a bank transfer. Undefined for an action that Till can't hand on.
 */
export function instructionsOf(action: Action): Display | undefined {
  const { konbini_display_details: konbini, oxxo_display_details: oxxo } = action;
  const { multibanco_display_details: multibanco, boleto_display_details: boleto } = action;
  const { display_bank_transfer_instructions: transfer } = action;
  if (konbini) return display('konbini', konbini.hosted_voucher_url, konbini.expires_at, codesOf(konbini.stores));
  if (oxxo) return display('oxxo', oxxo.hosted_voucher_url, oxxo.expires_after, { number: oxxo.number });
  if (multibanco) {
    const { entity, reference, expires_at: end, hosted_voucher_url: url } = multibanco;
    return display('multibanco', url, end, { entity, reference });
  }
  if (boleto) return display('boleto', boleto.hosted_voucher_url, boleto.expires_at, { number: boleto.number });
  if (!transfer) return undefined;
  return display('bank_transfer', transfer.hosted_instructions_url, null, accountOf(transfer));
}

function display(
  method: string,
  url: string | null,
  end: number | null | undefined,
  texts: Texts,
): Display | undefined {
  const shown = Object.entries(texts).filter(([, text]) => text !== null && text !== undefined && text !== '');
  if (url === null && shown.length === 0) return undefined;
  const expiresAt = end ? new Date(end * 1000).toISOString() : null;
  return {
    type: 'display',
    method,
    url,
    expiresAt,
    details: Object.fromEntries(shown.map(([name, text]) => [name, String(text)])),
  };
}

/** The codes for the machines of each chain of shops. */
function codesOf(stores: Stripe.PaymentIntent.NextAction.KonbiniDisplayDetails.Stores): Texts {
  const chains = ['familymart', 'lawson', 'ministop', 'seicomart'] as const;
  return Object.fromEntries(
    chains.flatMap((chain) => [
      [`${chain}.paymentCode`, stores[chain]?.payment_code],
      [`${chain}.confirmationNumber`, stores[chain]?.confirmation_number],
    ]),
  );
}

/** The reference of the transfer, and the first account that takes it. */
function accountOf(transfer: Stripe.PaymentIntent.NextAction.DisplayBankTransferInstructions): Texts {
  const { reference, financial_addresses: [address] = [] } = transfer;
  const { iban, sort_code: sortCode, spei, zengin } = address ?? {};
  if (iban) return { reference, iban: iban.iban, bic: iban.bic, accountHolder: iban.account_holder_name };
  if (sortCode)
    return {
      reference,
      accountNumber: sortCode.account_number,
      sortCode: sortCode.sort_code,
      accountHolder: sortCode.account_holder_name,
    };
  if (spei) return { reference, clabe: spei.clabe, bank: spei.bank_name };
  if (zengin)
    return {
      reference,
      bank: zengin.bank_name,
      branch: zengin.branch_name,
      accountNumber: zengin.account_number,
      accountHolder: zengin.account_holder_name,
    };
  return { reference };
}
