import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { NotFound } from '../../shared/errors.js';
import { Public } from '../access/index.js';
import { problemCatalog } from './problem-catalog.js';

/** Serves the page for a problem's `type`. */
@ApiExcludeController()
@Public({ ignoresToken: true })
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  read(@Param('code') code: string) {
    const doc = problemCatalog.get(code);
    if (!doc) throw new NotFound('problem', code);
    return { code, ...doc };
  }
}
