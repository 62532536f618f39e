import { IfPresent, IsText } from '../../platform/http/index.js';
import { IsEndpointUrl, IsEventFilters, IsHttpSignatures } from './webhook-endpoint-fields.js';

export class CreateWebhookEndpointDto {
  @IsEndpointUrl()
  readonly url: string;

  @IsEventFilters()
  readonly types: string[];

  @IfPresent()
  @IsText({ max: 300 })
  readonly description?: string;

  @IsHttpSignatures()
  readonly httpSignatures?: boolean;
}
