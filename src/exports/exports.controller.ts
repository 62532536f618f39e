import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller, Public, RequirePermission } from '../platform/access/index.js';
import { Config } from '../platform/config/index.js';
import { Creates, IdPipe } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { Takes } from '../platform/routes/index.js';
import { encodeId, type ExportId } from '../shared/ids.js';
import { CreateExportDto } from './dto/create-export.dto.js';
import { FileLinkQuery } from './dto/file-link.query.js';
import { ExportFiles } from './export-files.js';
import { presentExport } from './export.presenter.js';
import type { ExportEntity } from './export.entity.js';
import { ExportView } from './export.view.js';
import { ExportsService } from './exports.service.js';
import { exportSettings } from './exports.settings.js';

const media = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;
const file = { schema: { type: 'string' } } as const;

@ApiTags('reports')
@Controller('v1/exports')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    private readonly files: ExportFiles,
    private readonly config: Config,
  ) {}

  @Post()
  @Operation('createExport', 'Have a file made', {
    description:
      'Of orders, payments, refunds, entries of the ledger, or sales, as CSV or NDJSON. Needs the permission to read such rows too. The worker makes the file; read the export to see how far it is.',
    refuses: ['too_many_exports', 'too_much_exported'],
  })
  @RequirePermission('reports:read')
  @Idempotent({ required: false })
  @ApiBearerAuth()
  @Creates(ExportView, '/v1/exports/{id}')
  async create(@Body() body: CreateExportDto, @CurrentCaller() caller: Caller): Promise<ExportView> {
    return this.present(await this.exports.request(caller, body));
  }

  @Get(':id')
  @Operation('readExport', 'Read how far a file is, with a link to it once it is ready', {
    description: "For the caller's own exports. Each reading makes a new link.",
  })
  @RequirePermission('reports:read')
  @ApiBearerAuth()
  @ApiOkResponse({ type: ExportView })
  async read(@Param('id', IdPipe('exp')) id: ExportId, @CurrentCaller() caller: Caller): Promise<ExportView> {
    return this.present(await this.exports.read(caller, id));
  }

  @Get(':id/file')
  @Operation('downloadExport', 'Download the file of a link', {
    description: 'Works while whoever asked for the export may read its rows.',
    refuses: ['export_link_invalid'],
  })
  @Public({ ignoresToken: true })
  @Takes({ media: Object.values(media) })
  @ApiOkResponse({ content: { [media.csv]: file, [media.ndjson]: file } })
  async download(
    @Param('id', IdPipe('exp')) id: ExportId,
    @Query() link: FileLinkQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { its, bytes } = await this.files.open(id, link);
    void reply.header('Cache-Control', 'no-store');
    const name = `${its.kind}-${encodeId('exp', id)}.${its.format}`;
    return new StreamableFile(Readable.from(bytes, { objectMode: false }), {
      type: media[its.format],
      length: its.byteCount,
      disposition: `attachment; filename="${name}"`,
    }).setErrorHandler((_error, response) => response.destroy?.());
  }

  private present(its: ExportEntity): ExportView {
    const { retentionDays } = this.config.of(exportSettings);
    const { publicUrl } = this.config.http;
    return presentExport(its, { link: this.files.link(its), publicUrl, retentionDays });
  }
}
