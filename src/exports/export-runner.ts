import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { SalesReport, salesColumns } from '../reports/index.js';
import type { ExportId } from '../shared/ids.js';
import { exportSources } from './domain/export-kinds.js';
import { textOf } from './domain/export-text.js';
import type { ExportEntity } from './export.entity.js';
import { ExportTooLarge } from './exports.errors.js';
import { type ExportPage, type ExportRow, ExportRows } from './export-rows.js';
import { ExportsRepository } from './exports.repository.js';

/** The most rows of a report of sales, which is made at once. */
const MAX_SALES = 100_000;
/** The most bytes of a file: 1 GiB. */
const MAX_BYTES = 2 ** 30;

/**
 * Makes the file of an export, a piece and its place in each transaction. Whoever continues, after a crash or beside another worker, begins
 * at that place, so no row is missing or twice.
 */
@Injectable()
export class ExportRunner {
  constructor(
    private readonly tx: Transaction,
    private readonly exports: ExportsRepository,
    private readonly rows: ExportRows,
    private readonly sales: SalesReport,
  ) {}

  /** Makes the file, or what is missing of it. */
  async run(id: ExportId): Promise<void> {
    const wanted = await this.exports.find(id);
    if (!wanted || wanted.finishedAt) return;
    if (wanted.kind === 'sales') return this.runSales(wanted);
    while (await this.step(id));
  }

  /** Adds one piece. Returns whether more are to come. */
  step(id: ExportId): Promise<boolean> {
    return this.tx.run(async () => {
      const held = await this.exports.lock(id);
      if (!held || held.finishedAt || held.kind === 'sales') return false;
      const page = await this.rows.after(held.kind, held.parameters, held.place);
      return this.write(held, Object.keys(exportSources[held.kind].columns), page);
    });
  }

  private async runSales({ id, parameters }: ExportEntity): Promise<void> {
    const { by = 'day', ...period } = parameters;
    const { rows, more } = await this.sales.of(period, { by, limit: MAX_SALES });
    if (more) return this.exports.fail(id, `The report has more than ${MAX_SALES} rows. Ask for fewer days.`);
    await this.tx.run(async () => {
      const held = await this.exports.lock(id);
      if (held && !held.finishedAt)
        this.write(held, salesColumns, { rows: rows as unknown as ExportRow[], place: undefined });
    });
  }

  private write(held: ExportEntity, columns: readonly string[], { rows, place }: ExportPage): boolean {
    const data = Buffer.from(textOf(held.format, columns, rows, held.chunkCount === 0));
    const byteCount = held.byteCount + data.length;
    if (byteCount > MAX_BYTES) throw new ExportTooLarge(MAX_BYTES);
    const progress = {
      status: place === undefined ? ('ready' as const) : ('running' as const),
      place: place ?? held.place,
      rowCount: held.rowCount + rows.length,
      byteCount,
      chunkCount: held.chunkCount + (data.length > 0 ? 1 : 0),
    };
    this.exports.add(held.id, data, progress);
    return place !== undefined;
  }
}
