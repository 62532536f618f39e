/** Executes one statement on the connection of the migrations. */
type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;

/** As TypeORM makes it. */
const CREATE = `
  CREATE TABLE IF NOT EXISTS migrations (
    id          serial CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY,
    "timestamp" bigint NOT NULL,
    name        varchar NOT NULL
  )`;
const EXISTS = `SELECT to_regclass('migrations') IS NOT NULL AS exists`;
const EXECUTED = 'SELECT name FROM migrations ORDER BY "timestamp", id';
const ADD = 'INSERT INTO migrations ("timestamp", name) VALUES ($1, $2)';
const REMOVE = 'DELETE FROM migrations WHERE name = $1';

/** TypeORM's table of the migrations that ran. TypeORM itself would look for it and read it again for each of them. */
export class MigrationTable {
  constructor(private readonly query: Query) {}

  async create(): Promise<void> {
    await this.query(CREATE);
  }

  /** Returns the names of the migrations that ran, the oldest first. */
  async executed(): Promise<string[]> {
    const [found] = (await this.query(EXISTS)) as { exists: boolean }[];
    if (!found?.exists) return [];
    return ((await this.query(EXECUTED)) as { name: string }[]).map(({ name }) => name);
  }

  async add(name: string): Promise<void> {
    await this.query(ADD, [timeOf(name), name]);
  }

  async remove(name: string): Promise<void> {
    await this.query(REMOVE, [name]);
  }
}

/** The number at the end of the name of a migration: an older one has a smaller number. */
export function timeOf(name: string): number {
  return Number(name.slice(-13));
}
