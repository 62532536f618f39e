import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches } from 'class-validator';

/** A person's name in a body: 1 to 200 characters, trimmed, on one line (it goes into the headers of e-mails). */
export const PersonName = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsString() as PropertyDecorator,
    Length(1, 200) as PropertyDecorator,
    Matches(/^\P{Cc}*$/u, { message: 'must not contain control characters' }) as PropertyDecorator,
  ) as PropertyDecorator;
