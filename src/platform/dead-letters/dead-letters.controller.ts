import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../access/index.js';
import { Lists } from '../http/index.js';
import { Operation } from '../openapi/index.js';
import { DeadLetterIdPipe, type DeadLetterKey, encodeDeadLetterId } from './dead-letter-id.js';
import { presentDeadLetter } from './dead-letter.presenter.js';
import { DeadLetterView, RetriedDeadLetterView } from './dead-letter.view.js';
import { DeadLettersService } from './dead-letters.service.js';
import { ListDeadLettersQuery } from './dto/list-dead-letters.query.js';

@ApiTags('events')
@ApiBearerAuth()
@RequirePermission('dead_letters:write')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get()
  @Operation('listDeadLetters', 'List events whose effect was given up')
  @Lists(DeadLetterView, presentDeadLetter)
  list(@Query() query: ListDeadLettersQuery) {
    return this.letters.list(query);
  }

  @Post(':id/retries')
  @Operation('retryDeadLetter', 'Try the effect of an event again', {
    description: 'The worker begins with the first attempt. Remove the cause before.',
  })
  @ApiCreatedResponse({ type: RetriedDeadLetterView })
  async retry(@Param('id', DeadLetterIdPipe) key: DeadLetterKey): Promise<RetriedDeadLetterView> {
    await this.letters.retry(key);
    return { id: encodeDeadLetterId(key), status: 'pending' };
  }
}
