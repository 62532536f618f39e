import { type DynamicModule, Module } from '@nestjs/common';
import { explain } from './problem-catalog.js';
import type { ProblemDocs } from './problem-doc.js';
import { ProblemsController } from './problems.controller.js';

/** The pages that explain problems. A module adds the pages of its errors with `forFeature`. */
@Module({})
export class ProblemsModule {
  /** @throws Error if a code already has another explanation */
  static forFeature(problems: ProblemDocs): DynamicModule {
    explain(problems);
    return { module: ProblemsModule };
  }

  /** Serves the pages. */
  static forRoot(): DynamicModule {
    return { module: ProblemsModule, controllers: [ProblemsController] };
  }
}
