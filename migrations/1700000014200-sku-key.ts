import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Skus that differ by case or Unicode normal form name one product: `sku_key` is the folded sku, and unique. Products that
 * collide already stay as they are: the oldest has the key, the others one of their own until they get another sku, and a
 * warning names them.
 */
export class SkuKey1700000014200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(await foldingFunction(runner));
    await runner.query(TRIGGER_FUNCTION);
    await runner.query(COLUMN);
    await runner.query(WARNING);
    await runner.query(CONSTRAINT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER products_sku_key ON products;
      ALTER TABLE products DROP COLUMN sku_key, ADD CONSTRAINT products_sku_key UNIQUE (sku);
      DROP FUNCTION fold_product_sku, sku_key;
    `);
  }
}

/** Case by Unicode's rules, whatever the database's locale; without ICU by the locale's. Normal forms exist in UTF-8 only. */
async function foldingFunction(runner: QueryRunner): Promise<string> {
  const [server] = (await runner.query(`
    SELECT current_setting('server_encoding') = 'UTF8' AS unicode,
      EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu') AS icu`)) as { unicode: boolean; icu: boolean }[];
  const { unicode, icu } = server ?? { unicode: true, icu: true };
  const normal = unicode ? 'normalize($1, NFKC)' : '$1';
  const folded = `lower(${normal}${icu ? ' COLLATE "und-x-icu"' : ''})`;
  return `
    CREATE FUNCTION sku_key(sku text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT ${unicode ? `normalize(${folded}, NFKC)` : folded} $$`;
}

const TRIGGER_FUNCTION = `
  CREATE FUNCTION fold_product_sku() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.sku_key := sku_key(NEW.sku);
    RETURN NEW;
  END $$`;

// A key of its own has a line break, which no sku has.
const COLUMN = `
  ALTER TABLE products ADD sku_key text;
  UPDATE products p SET sku_key = CASE WHEN k.place = 1 THEN k.key ELSE k.key || E'\\n' || p.id END
  FROM (
    SELECT id, sku_key(sku) AS key, row_number() OVER (PARTITION BY sku_key(sku) ORDER BY created_at, id) AS place
    FROM products
  ) k WHERE k.id = p.id`;

const WARNING = `
  DO $do$
  DECLARE
    collisions text;
  BEGIN
    SELECT string_agg(format('"%s" (product %s) beside "%s" (product %s)', p.sku, p.id, first.sku, first.id), ', ' ORDER BY p.sku)
    INTO collisions
    FROM products p JOIN products first ON first.sku_key = sku_key(p.sku)
    WHERE p.sku_key <> sku_key(p.sku);
    IF collisions IS NOT NULL THEN
      RAISE WARNING 'These skus differ from another one by case or Unicode normal form only: %. Both products stay as they are, and ?sku= finds the second of each pair. Give the first of each pair another sku (PATCH /v1/products/:id).', collisions;
    END IF;
  END $do$`;

const CONSTRAINT = `
  ALTER TABLE products ALTER sku_key SET NOT NULL, DROP CONSTRAINT products_sku_key,
    ADD CONSTRAINT products_sku_folded_key UNIQUE (sku_key);
  CREATE TRIGGER products_sku_key BEFORE INSERT OR UPDATE OF sku ON products
    FOR EACH ROW EXECUTE FUNCTION fold_product_sku()`;
