import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequirePermission } from '../platform/access/index.js';
import { Operation } from '../platform/openapi/index.js';
import { SearchQuery } from './dto/search.query.js';
import { SearchService } from './search.service.js';
import { SearchHitsView } from './search.view.js';

@ApiTags('search')
@ApiBearerAuth()
@Controller('v1/search')
export class SearchController {
  constructor(private readonly service: SearchService) {}

  @Get()
  @Operation('search', 'Find what somebody at a counter asks for', {
    description:
      'Orders, payments, products and people by what people have at hand. At most five of each kind, and only what the caller may read: people need `users:read`, payments `payments:read`. A total is looked for among the orders of the last 31 days.',
  })
  @RequirePermission('orders:read')
  @ApiOkResponse({ type: SearchHitsView })
  async search(@Query() { q = '' }: SearchQuery, @CurrentCaller() caller: Caller): Promise<SearchHitsView> {
    return { data: await this.service.search(caller, q) };
  }
}
