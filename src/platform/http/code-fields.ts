/** Names of members for codes, in lower case and without hyphens and underscores. Digits there are not card numbers. */
const codes = new Set(
  ['sku', 'gtin', 'gtin8', 'gtin12', 'gtin13', 'gtin14', 'ean', 'ean8', 'ean13', 'upc', 'isbn', 'barcode']
    .concat(
      'phone',
      'phonenumber',
      'telephone',
      'telephonenumber',
      'tel',
      'mobile',
      'mobilephone',
      'mobilenumber',
      'fax',
    )
    .concat('key', 'idempotencykey'),
);

/** Whether members (or parameters) of this name are not searched for card numbers. */
export function holdsCodes(name: string): boolean {
  return name.length <= 30 && codes.has(name.replaceAll(/[-_]/g, '').toLowerCase());
}
