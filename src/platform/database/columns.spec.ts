import { Column, Entity, OneToMany, PrimaryColumn, VersionColumn } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { columnsOf, insertMany, jsonOf, tableOf, updateMany, valuesOf } from './columns.js';

class Item {}

@Entity('boxes', { schema: 'cellar' })
class Box {
  @PrimaryColumn('uuid')
  readonly id: string;

  @Column({ type: 'char', length: 3, update: false })
  readonly currency: string;

  @Column('bigint', { name: 'value' })
  readonly worth: number;

  @Column('jsonb', { nullable: true })
  readonly packingNotes: unknown;

  @VersionColumn({ insert: false })
  readonly version: number;

  @Column({ type: 'text', select: false, insert: false, update: false })
  readonly searchKey?: string;

  @OneToMany(() => Item, () => '')
  readonly items: Item[];
}

@Entity()
class Slot {
  @PrimaryColumn('uuid')
  readonly boxId: string;

  @PrimaryColumn('smallint')
  readonly position: number;

  @Column('int')
  readonly itemCount: number;
}

@Entity('lists')
class List {
  @Column('text', { array: true })
  readonly names: string[];
}

@Entity('guesses')
class Guess {
  @Column()
  readonly name: string;
}

const box = { id: 'b', currency: 'EUR', worth: 5, packingNotes: ['"'], version: 7, searchKey: 'x' };

describe('columnsOf', () => {
  it('names the columns that are read by default as their properties', () => {
    expect(columnsOf(Box, 'b')).toBe(
      'b.id, b.currency, b.value AS "worth", b.packing_notes AS "packingNotes", b.version',
    );
  });

  it('names the given ones, also those that are not read by default', () => {
    expect(columnsOf(Box, 'b', ['searchKey', 'id'])).toBe('b.search_key AS "searchKey", b.id');
  });

  it('refuses what is no column', () => {
    expect(() => columnsOf(Box, 'b', ['weight' as 'worth'])).toThrow('Box has no column for weight.');
  });
});

it('jsonOf makes an object of the columns', () => {
  expect(jsonOf(Slot, 's')).toBe(
    `json_build_object('boxId', s.box_id, 'position', s.position, 'itemCount', s.item_count)`,
  );
});

it('tableOf names the schema that is no default, and the table of a class that names none', () => {
  expect([tableOf(Box), tableOf(Slot)]).toEqual(['cellar.boxes', 'slot']);
  expect(() => tableOf(Item)).toThrow('Item is no entity.');
});

describe('valuesOf', () => {
  it('takes one array for each column, whose letters are text', () => {
    expect(valuesOf(Box, ['id', 'currency']).sql).toBe(
      'SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS currency',
    );
  });

  it('reads a row in the order of the columns, whatever order its properties have', () => {
    const { rowOf } = valuesOf(Box, ['worth', 'id', 'currency']);
    expect(rowOf({ currency: 'EUR', id: 'b', worth: 5 })).toEqual([5, 'b', 'EUR']);
  });

  it.each([
    [['"'], '["\\""]'],
    ['text', '"text"'],
    [{ a: 1 }, '{"a":1}'],
    [null, null],
    [undefined, null],
  ])('sends %j as JSON', (packingNotes, sent) => {
    expect(valuesOf(Box, ['packingNotes']).rowOf({ packingNotes })).toEqual([sent]);
  });

  it('refuses arrays, and columns whose type TypeORM guesses', () => {
    expect(() => valuesOf(List, ['names'])).toThrow('Column names is an array');
    expect(() => columnsOf(Guess, 'g')).toThrow('Guess names no database type for name.');
  });
});

describe('insertMany', () => {
  it('inserts all columns but those that begin with their default', () => {
    const { sql, rowOf } = insertMany(Box);
    expect(sql).toBe(
      'INSERT INTO cellar.boxes (id, currency, value, packing_notes) ' +
        'SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS currency, unnest($3::bigint[]) AS value, ' +
        'unnest($4::jsonb[]) AS packing_notes',
    );
    expect(rowOf(box)).toEqual(['b', 'EUR', 5, '["\\""]']);
  });

  it('inserts the given ones', () => {
    expect(insertMany(Slot, ['position', 'boxId']).sql).toBe(
      'INSERT INTO slot (position, box_id) SELECT unnest($1::smallint[]) AS position, unnest($2::uuid[]) AS box_id',
    );
  });
});

describe('updateMany', () => {
  it('sets all columns but those that stay, of the row with this primary key', () => {
    const { sql, rowOf } = updateMany(Box);
    expect(sql).toBe(
      'UPDATE cellar.boxes u SET value = t.value, packing_notes = t.packing_notes, version = t.version ' +
        'FROM (SELECT unnest($1::uuid[]) AS id, unnest($2::bigint[]) AS value, unnest($3::jsonb[]) AS packing_notes, ' +
        'unnest($4::int[]) AS version) AS t WHERE u.id = t.id',
    );
    expect(rowOf(box)).toEqual(['b', 5, '["\\""]', 7]);
  });

  it('sets the given ones, found by all of a primary key or by the given columns', () => {
    expect(updateMany(Slot, ['itemCount']).sql).toBe(
      'UPDATE slot u SET item_count = t.item_count FROM (SELECT unnest($1::uuid[]) AS box_id, ' +
        'unnest($2::smallint[]) AS position, unnest($3::int[]) AS item_count) AS t ' +
        'WHERE u.box_id = t.box_id AND u.position = t.position',
    );
    expect(updateMany(Slot, ['itemCount'], ['boxId']).rowOf({ itemCount: 2, boxId: 'b' })).toEqual(['b', 2]);
  });
});
