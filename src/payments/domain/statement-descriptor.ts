/**
 * 1 to 22 ASCII characters, at least one of them a letter, and none of < > \\ ' " *: what card schemes take
 * (https://docs.stripe.com/get-started/account/statement-descriptors). The database holds the same rule.
 */
export const STATEMENT_DESCRIPTOR = /^(?=.*[A-Za-z])[ !#-&()+-;=?-[\]-~]{1,22}$/;
export const STATEMENT_DESCRIPTOR_RULE =
  'must have 1 to 22 ASCII characters, at least one letter among them, and none of < > \\ \' " *';
