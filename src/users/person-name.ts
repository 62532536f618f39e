import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';
import { IsText } from '../platform/http/index.js';

/** A person's name in a body: 1 to 200 characters, trimmed, on one line (it goes into the headers of e-mails). */
export const PersonName = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsText({ min: 1, max: 200 }),
    Matches(/^\P{Cc}*$/u, { message: 'must not contain control characters' }) as PropertyDecorator,
  ) as PropertyDecorator;
