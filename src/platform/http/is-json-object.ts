import { applyDecorators } from '@nestjs/common';
import { IsObject, registerDecorator } from 'class-validator';
import { isWithin } from '../../shared/text.js';

/** More than anybody notes on one thing, and a hundred of them still fit into an answer. */
const MAX_LENGTH = 20_000;

/** A JSON object of the client's own making, of at most 20,000 characters. */
export const IsJsonObject = (): PropertyDecorator => applyDecorators(IsObject(), isShort) as PropertyDecorator;

const isShort: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'maxLength',
    target: target.constructor,
    propertyName: property as string,
    options: { message: `must be at most ${MAX_LENGTH} characters of JSON` },
    validator: { validate: (value: unknown) => isWithin(JSON.stringify(value) ?? '', MAX_LENGTH) },
  });
