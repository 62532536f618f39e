import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsObject, ValidateNested } from 'class-validator';

export interface ListOptions<T> {
  /** The maximum number of elements. */
  readonly max: number;
  /** The value that must differ between elements. */
  readonly uniqueBy?: (element: T) => unknown;
}

/** A property with a list of objects, for the validation pipe, which checks long lists in parts. */
export interface ListProperty {
  readonly name: string;
  readonly max: number;
  readonly uniqueBy: ((element: never) => unknown) | undefined;
  /** A class with only this property. */
  readonly alone: Class;
}

const listsOf = new Map<unknown, ListProperty>();

/** A list of 1 to `max` objects of a DTO class. A class has at most one such property. */
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

/** A short list of 1 to `max` objects of a DTO class. A class may have several; they are checked in one turn. */
export function ShortListOf<T>(element: () => Class<T>, options: ListOptions<T>): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minItems: 1, maxItems: options.max }),
    rules(element, options),
  ) as PropertyDecorator;
}

/** Returns the list of objects of a class, if it has one. */
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
