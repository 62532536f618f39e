-- The floor: the least that has to be stored for one paid order of two lines. No application and no HTTP, so what
-- pgbench commits here is what PostgreSQL alone can do on this machine. Made anew for every run.
DROP SCHEMA IF EXISTS floor CASCADE;
CREATE SCHEMA floor;
SET search_path = floor;

CREATE TABLE product (
  id          int PRIMARY KEY,
  name        text NOT NULL,
  price_cents int  NOT NULL CHECK (price_cents > 0),
  stock       int  NOT NULL CHECK (stock >= 0)
);

CREATE TABLE orders (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email       text NOT NULL,
  status      text NOT NULL,
  total_cents int  NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_line (
  order_id   bigint NOT NULL REFERENCES orders,
  product_id int    NOT NULL REFERENCES product,
  qty        int    NOT NULL CHECK (qty > 0),
  unit_cents int    NOT NULL,
  PRIMARY KEY (order_id, product_id)
);

CREATE TABLE payment (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id     bigint NOT NULL UNIQUE REFERENCES orders,
  amount_cents int    NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ledger_entry (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id     bigint NOT NULL REFERENCES orders,
  account      text   NOT NULL,
  amount_cents int    NOT NULL
);

CREATE TABLE outbox (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic      text  NOT NULL,
  payload    jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO product
SELECT n, 'Product ' || n, 1000 + (n * 37) % 8901, 1000000
FROM generate_series(1, 1000) AS n;

ANALYZE product;
