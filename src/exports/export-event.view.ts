import { ApiProperty } from '@nestjs/swagger';
import type { EventDocs } from '../platform/outbox/index.js';

/** The export whose file is to be made. */
export class ExportRequestedEventData {
  @ApiProperty({ example: 'exp_01h455vb4pex5vsknk084sn02q' }) readonly exportId: string;
}

export const exportEventDocs: EventDocs = {
  'export.requested': { about: 'Somebody asked for a file, which the worker makes', data: ExportRequestedEventData },
};
