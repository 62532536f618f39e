import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { ProductId } from '../shared/ids.js';
import { type Caller, CurrentCaller, RequirePermission } from '../platform/access/index.js';
import { IdPipe, Lists, PageQuery, readCursor } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import type { MovementId } from './domain/stock.js';
import { AdjustStockDto } from './dto/adjust-stock.dto.js';
import { StockMovementView } from './product.view.js';
import { presentMovement } from './product.presenter.js';
import { StockService } from './stock.service.js';

@ApiTags('catalogue')
@ApiBearerAuth()
@Controller('v1/products/:id')
export class StockController {
  constructor(private readonly stock: StockService) {}

  @Post('stock-adjustments')
  @Operation('adjustStock', 'Adjust the stock of a product', {
    description: "Adds a movement to the journal. Stock that orders reserve can't be taken away.",
    refuses: ['insufficient_stock'],
  })
  @RequirePermission('stock:adjust')
  @Idempotent()
  @ApiCreatedResponse({ type: StockMovementView })
  async adjust(
    @Param('id', IdPipe('prd')) id: ProductId,
    @Body() { delta, reason }: AdjustStockDto,
    @CurrentCaller() caller: Caller,
  ) {
    return presentMovement(await this.stock.adjust(caller, id, delta, reason));
  }

  @Get('stock-movements')
  @Operation('listStockMovements', 'List the stock journal of a product')
  @RequirePermission('stock:read')
  @Lists(StockMovementView, presentMovement)
  movements(@Param('id', IdPipe('prd')) id: ProductId, @Query() { cursor, limit }: PageQuery) {
    const before = readCursor(cursor, ['id'])?.[0] as MovementId | undefined;
    return this.stock.movements(id, before, limit);
  }
}
