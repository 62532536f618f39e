import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Matches, registerDecorator } from 'class-validator';
import { IsText } from '../platform/http/index.js';
import { looksLikeLink } from './link-like.js';

/** A person's name in a body: 1 to 200 characters, trimmed, on one line (it goes into the headers of e-mails), no link. */
export const PersonName = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsText({ min: 1, max: 200 }),
    isNoLink,
    Matches(/^\P{Cc}*$/u, { message: 'must not contain control characters' }) as PropertyDecorator,
  ) as PropertyDecorator;

/** Prevents that somebody uses a name to make Till mail a link to a stranger. */
const isNoLink: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'noLink',
    target: target.constructor,
    propertyName: property as string,
    options: { message: 'must not look like a link; put a space after a full stop' },
    validator: { validate: (value: unknown) => typeof value !== 'string' || !looksLikeLink(value) },
  });
