import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsObject, ValidateNested } from 'class-validator';

export interface ListOptions<T> {
  /** Elements; at least 1. */
  readonly max: number;
  /** What no two elements may share. */
  readonly uniqueBy?: (element: T) => unknown;
}

/** A property that holds a list of objects, as the validation pipe needs it to check a long one in parts. */
export interface ListProperty {
  readonly name: string;
  readonly max: number;
  readonly uniqueBy: ((element: never) => unknown) | undefined;
  /** A class whose only property is this one. */
  readonly alone: Class;
}

const listsOf = new Map<unknown, ListProperty>();

/** A list of 1 to `max` objects of a DTO class; a class has one such property at most. */
export function ListOf<T>(element: () => Class<T>, options: ListOptions<T>): PropertyDecorator {
  return (target, property) => {
    if (listsOf.has(target.constructor)) throw new Error(`${target.constructor.name} has two lists.`);
    const alone = class {};
    const { max, uniqueBy } = options;
    listsOf.set(target.constructor, { name: String(property), max, uniqueBy, alone });
    ApiProperty({ minItems: 1, maxItems: max })(target, property);
    for (const each of [target, alone.prototype]) rules(element, options)(each, property);
  };
}

/** The list of objects that a class has, if it has one. */
export function listOf(metatype: unknown): ListProperty | undefined {
  return listsOf.get(metatype);
}

function rules<T>(element: () => Class<T>, { max, uniqueBy }: ListOptions<T>): PropertyDecorator {
  return applyDecorators(
    IsArray() as PropertyDecorator,
    ArrayMinSize(1) as PropertyDecorator,
    ArrayMaxSize(max) as PropertyDecorator,
    ...(uniqueBy ? [ArrayUnique(uniqueBy) as PropertyDecorator] : []),
    IsObject({ each: true }) as PropertyDecorator,
    ValidateNested({ each: true }) as PropertyDecorator,
    Type(element) as PropertyDecorator,
  ) as PropertyDecorator;
}
