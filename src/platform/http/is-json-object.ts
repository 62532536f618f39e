import { applyDecorators } from '@nestjs/common';
import { IsObject, registerDecorator } from 'class-validator';
import { isWithin } from '../../shared/text.js';

/** More than anybody needs for notes, and a hundred of them still fit into a response. */
const MAX_LENGTH = 20_000;

/** A free JSON object of the client, with at most 20,000 characters. */
export const IsJsonObject = (): PropertyDecorator => applyDecorators(IsObject(), isShort) as PropertyDecorator;

const isShort: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'maxLength',
    target: target.constructor,
    propertyName: property as string,
    options: { message: `must be at most ${MAX_LENGTH} characters of JSON` },
    validator: { validate: (value: unknown) => isWithin(JSON.stringify(value) ?? '', MAX_LENGTH) },
  });
