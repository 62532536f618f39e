import 'reflect-metadata';
import { IsInt } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { ValidationFailed } from '../../shared/errors.js';
import { ListOf } from './list-of.js';
import { createValidationPipe } from './validation.pipe.js';

class Piece {
  @IsInt()
  readonly id: number;
}

class Pieces {
  @IsInt()
  readonly total: number;

  @ListOf(() => Piece, { max: 1000, uniqueBy: ({ id }) => id })
  readonly pieces: Piece[];
}

const numbered = (count: number): unknown[] => Array.from({ length: count }, (_, id) => ({ id }));
const check = (value: unknown) => createValidationPipe().transform(value, { type: 'body', metatype: Pieces });
const refusalOf = async (value: unknown) => {
  const error: unknown = await check(value).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ValidationFailed);
  const { message, violations } = error as ValidationFailed;
  return { message, errors: violations!.map(({ pointer, code }) => `${pointer} ${code}`) };
};

describe('A list of objects', () => {
  it.each([1, 50, 51, 100, 1000])('of %i becomes instances in order', async (count) => {
    const made = (await check({ total: 1, pieces: numbered(count) })) as Pieces;
    expect(made).toBeInstanceOf(Pieces);
    expect(made).toEqual({ total: 1, pieces: numbered(count) });
    expect(made.pieces.every((piece) => piece instanceof Piece)).toBe(true);
  });

  it.each([[[]], [numbered(1001)], [[...numbered(60), null]], [[...numbered(60), 'x']], [[...numbered(60), []]]])(
    'is refused as a whole when it is empty, too long, or has what is no object (%#)',
    async (pieces) => {
      const { errors } = await refusalOf({ total: 1, pieces });
      expect(errors).toEqual([expect.stringMatching(/^\/pieces (array_min_size|array_max_size|is_object)$/)]);
    },
  );

  it('names wrong elements by their place in all of it, and what else is wrong', async () => {
    const pieces = numbered(300);
    for (const at of [3, 50, 277]) pieces[at] = { id: 'x' };
    pieces[299] = { id: 299, colour: 'red' };
    expect((await refusalOf({ total: 'x', pieces, more: 1 })).errors).toEqual([
      '/more unknown_property',
      '/total is_int',
      '/pieces/3/id is_int',
      '/pieces/50/id is_int',
      '/pieces/277/id is_int',
      '/pieces/299/colour unknown_property',
    ]);
  });

  it('has its first part looked at only, when that has enough mistakes, and says so', async () => {
    const { message, errors } = await refusalOf({
      total: 1,
      pieces: Array.from({ length: 1000 }, (_, n) => ({ id: `${n}` })),
    });
    expect(message).toBe('The request has at least 50 invalid values; see errors.');
    expect(errors).toHaveLength(50);
  });

  it('names no element twice, however far apart', async () => {
    const far = [...numbered(200), { id: 7 }];
    const near = [{ id: 7 }, { id: 7 }, ...numbered(7), ...numbered(9), ...numbered(200)];
    for (const pieces of [far, near])
      expect((await refusalOf({ total: 1, pieces })).errors).toEqual(['/pieces array_unique']);
  });

  it('lets others take their turn', async () => {
    let turns = 0;
    let isDone = false;
    const others = () => {
      turns++;
      if (!isDone) setImmediate(others);
    };
    setImmediate(others);
    await check({ total: 1, pieces: numbered(1000) });
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(19);
  });
});
