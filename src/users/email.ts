import { domainToASCII } from 'node:url';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail, registerDecorator } from 'class-validator';
import { IsText } from '../platform/http/index.js';

/** Control and format characters, separators and invisible characters: an address with one could look like another address. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
/** Characters that end the host in a URL; `domainToASCII` would stop at them. */
const NO_DOMAIN = /[%/\\?#:@[\]]/;

/**
 * Gives equal text for equal addresses, so that case, surrounding spaces, composed letters and the script of the domain
 * (`münchen.de` or `xn--mnchen-3ya.de`, UTS 46) make no second account. Other text stays unchanged; `Email` refuses it.
 */
export function normalizeEmail(text: string): string {
  const address = text.replace(/^ +| +$/g, '');
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 1 || UNSEEN.test(address) || NO_DOMAIN.test(domain)) return address;
  const ascii = domainToASCII(domain);
  return ascii === '' ? address : `${address.slice(0, at).normalize('NFC').toLowerCase()}@${ascii}`;
}

const seen: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'isEmail',
    target: target.constructor,
    propertyName: property as string,
    options: { message: 'must be an e-mail address of characters that can be seen, without spaces' },
    validator: { validate: (value: unknown) => typeof value === 'string' && !UNSEEN.test(value) },
  });

/** An e-mail address in a body or query. It is normalized in place. */
export const Email = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizeEmail(value) : value)),
    IsEmail({}, { message: 'must be an e-mail address' }) as PropertyDecorator,
    seen,
    IsText({ max: 254 }),
  ) as PropertyDecorator;
