import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail, MaxLength } from 'class-validator';

/** One spelling for each address, so that case, spaces around it and composed letters make no second account. */
export function normalizeEmail(text: string): string {
  return text.trim().normalize('NFC').toLowerCase();
}

/** An e-mail address in a body or query, normalized in place. */
export const Email = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizeEmail(value) : value)),
    IsEmail({}, { message: 'must be an e-mail address' }) as PropertyDecorator,
    MaxLength(254) as PropertyDecorator,
  ) as PropertyDecorator;
