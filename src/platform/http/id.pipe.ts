import type { PipeTransform, Type } from '@nestjs/common';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, registerDecorator } from 'class-validator';
import { Transform } from 'class-transformer';
import { NotFound } from '../../shared/errors.js';
import { decodeId, encodeId, type Id, idNames, type IdPrefix, newId } from '../../shared/ids.js';

const PREFIX = Symbol('prefix');

/** Returns the prefix of the ids that a pipe of `IdPipe` reads; undefined for other pipes. */
export function prefixOfPipe(pipe: object): IdPrefix | undefined {
  return (pipe as { readonly [PREFIX]?: IdPrefix })[PREFIX];
}

/** The form of an id as text. */
export const idPattern = (prefix: string): string => `^${prefix}_[0-9a-z]{26}$`;

/**
 * A pipe that reads a path id of one kind: `@Param('id', IdPipe('usr')) id: UserId`.
 * An id of another form or prefix is 404.
 */
export function IdPipe<P extends IdPrefix>(prefix: P): Type<PipeTransform<string, Id<P>>> {
  return class implements PipeTransform<string, Id<P>> {
    static readonly [PREFIX] = prefix;

    transform(text: string): Id<P> {
      const id = decodeId(prefix, text);
      if (!id) throw new NotFound(idNames[prefix], text);
      return id;
    }
  };
}

/** An id in a body or query, decoded in place; a text of another form is a validation error, not 404. */
export function IsId(prefix: IdPrefix): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, pattern: idPattern(prefix) }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (decodeId(prefix, value) ?? INVALID) : value,
    ),
    IsString({ message: `must be an id that begins with ${prefix}_` }) as PropertyDecorator,
    validId(prefix),
  ) as PropertyDecorator;
}

const INVALID = '';

function validId(prefix: IdPrefix): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isId',
      target: target.constructor,
      propertyName: property as string,
      options: { message: `must be an id that begins with ${prefix}_, such as ${encodeId(prefix, newId())}` },
      validator: { validate: (value: unknown) => value !== INVALID },
    });
}
