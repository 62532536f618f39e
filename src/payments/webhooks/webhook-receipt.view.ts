import { ApiProperty } from '@nestjs/swagger';

/** Where `till events replay` and the log find it again. */
export class WebhookReceiptView {
  @ApiProperty({ example: 'pwh_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ description: 'Whether it had come before' }) readonly duplicate: boolean;
}
