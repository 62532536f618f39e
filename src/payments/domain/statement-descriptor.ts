/**
 * 1 to 22 ASCII characters, at least one of them a letter, and none of < > \\ ' " *. These are the rules of card schemes
 * (https://docs.stripe.com/get-started/account/statement-descriptors). A constraint in the database checks them too.
 */
export const STATEMENT_DESCRIPTOR = /^(?=.*[A-Za-z])[ !#-&()+-;=?-[\]-~]{1,22}$/;
export const STATEMENT_DESCRIPTOR_RULE =
  'must have 1 to 22 ASCII characters, at least one letter among them, and none of < > \\ \' " *';
