import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Search without accents and forms, names in the order that people expect, prices of one currency. */
export class CatalogSearch1700000015300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const schema = await schemaOfUnaccent(runner);
    await runner.query(functions(schema));
    await runner.query(columns);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX products_name, products_price;
      CREATE INDEX products_name ON products (status, name, id);
      CREATE INDEX products_price ON products (status, price, id);
      ALTER TABLE products DROP COLUMN search, ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
        array_to_tsvector(ARRAY[lower(sku)]) || to_tsvector('simple', sku || ' ' || name)
        || to_tsvector('english', name || ' ' || description)
      ) STORED;
      CREATE INDEX products_search ON products USING gin (search);
      DROP FUNCTION search_words, search_fold;
      DROP COLLATION people;
    `);
  }
}

/** Where the extension is; a DBA may have put it elsewhere. */
async function schemaOfUnaccent(runner: QueryRunner): Promise<string> {
  const find = `
    SELECT quote_ident(n.nspname) AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'unaccent'`;
  const [found] = (await runner.query(find)) as { schema: string }[];
  if (found) return found.schema;
  try {
    await runner.query('CREATE EXTENSION unaccent');
  } catch (error) {
    throw new Error(
      `Till searches products with PostgreSQL's extension "unaccent", which could not be created: ${(error as Error).message}. ` +
        'It is a trusted extension: the owner of the database may create it, and so may who is granted CREATE on the database. ' +
        'Run CREATE EXTENSION unaccent in this database, or GRANT CREATE ON DATABASE to the user of DATABASE_URL; then migrate again. ' +
        'Where the server does not know it, install the package with the contrib modules (postgresql-contrib).',
      { cause: error },
    );
  }
  const [created] = (await runner.query(find)) as { schema: string }[];
  return created!.schema;
}

const functions = (schema: string) => `
  -- One form for what people take for the same word: no accents, ss for the German ß, small letters, NFKC.
  CREATE FUNCTION search_fold(text text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(
      ${schema}.unaccent('${schema}.unaccent'::regdictionary, normalize(text, NFKC)), '[\\u0300-\\u036f]', '', 'g'))
  $$;
  -- Scripts without spaces between words (Thai, kana, Han) are searched letter by letter.
  CREATE FUNCTION search_words(folded text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(folded, '([\\u0e00-\\u0e7f\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff])',
      ' \\1 ', 'g')
  $$;
  -- Letters of any case and accent beside each other, numbers by their value (Unicode, Technical Standard 35).
  CREATE COLLATION people (provider = icu, locale = 'und-u-kn-true');
`;

const columns = `
  ALTER TABLE products DROP COLUMN search, ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY[search_fold(sku)])
    || to_tsvector('simple', search_words(search_fold(sku || ' ' || name)))
    || to_tsvector('english', search_words(search_fold(name || ' ' || description)))
  ) STORED;
  CREATE INDEX products_search ON products USING gin (search);
  DROP INDEX products_name, products_price;
  CREATE INDEX products_name ON products (status, name COLLATE people, id);
  CREATE INDEX products_price ON products (status, currency, price, id);
`;
