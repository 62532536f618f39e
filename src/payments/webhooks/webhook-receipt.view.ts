import { ApiProperty } from '@nestjs/swagger';

/** The id of the stored webhook, for `till events replay` and the log. */
export class WebhookReceiptView {
  @ApiProperty({ example: 'pwh_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ description: 'Whether the webhook was received before' }) readonly duplicate: boolean;
}
