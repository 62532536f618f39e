import { Readable } from 'node:stream';
import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  type NestInterceptor,
  StreamableFile,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { type Cell, csvLine, inPieces } from '../../shared/csv.js';
import { Takes } from '../routes/index.js';

const CSV = 'text/csv';

/** How a view becomes a table. */
interface CsvTable<V> {
  /** The name of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  rows(view: V): Iterable<readonly Cell[]>;
}

/** Whether an `Accept` header asks for CSV rather than JSON. */
function prefersCsv(accept = ''): boolean {
  const [csv, json] = [accept.indexOf(CSV), accept.indexOf('application/json')];
  return csv !== -1 && (json === -1 || csv < json);
}

/** Whether the client of a handler with `@AsCsv` wants a table. */
export const WantsCsv = createParamDecorator((_: unknown, context: ExecutionContext): boolean =>
  prefersCsv(context.switchToHttp().getRequest<FastifyRequest>().headers.accept),
);

/** Marks a handler whose view is sent as JSON, or to clients that send `Accept: text/csv` as a table, in pieces. */
export function AsCsv<V>(view: Type<V>, table: CsvTable<V>) {
  const json = { schema: { $ref: getSchemaPath(view) } };
  return applyDecorators(
    ApiExtraModels(view),
    ApiOkResponse({ content: { 'application/json': json, [CSV]: { schema: { type: 'string' } } } }),
    Takes({ media: [CSV] }),
    UseInterceptors(new CsvPresenter(table)),
  );
}

class CsvPresenter<V> implements NestInterceptor<V, V | StreamableFile> {
  constructor(private readonly table: CsvTable<V>) {}

  intercept(context: ExecutionContext, next: CallHandler<V>): Observable<V | StreamableFile> {
    const http = context.switchToHttp();
    void http.getResponse<FastifyReply>().header('Vary', 'Accept');
    if (!prefersCsv(http.getRequest<FastifyRequest>().headers.accept)) return next.handle();
    return next.handle().pipe(map((view) => this.fileOf(view)));
  }

  private fileOf(view: V): StreamableFile {
    const { name } = this.table;
    const bytes = Readable.from(inPieces(this.linesOf(view)), { objectMode: false });
    return new StreamableFile(bytes, {
      type: `${CSV}; charset=utf-8; header=present`,
      disposition: `attachment; filename="${name}.csv"`,
    });
  }

  private *linesOf(view: V): Generator<string> {
    yield csvLine(this.table.columns);
    for (const row of this.table.rows(view)) yield csvLine(row);
  }
}
