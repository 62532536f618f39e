import { type DynamicModule, Module } from '@nestjs/common';
import { explain } from './problem-catalog.js';
import type { ProblemDocs } from './problem-doc.js';
import { ProblemsController } from './problems.controller.js';

/** The pages that explain problems. A module adds those of its own errors with `forFeature`. */
@Module({})
export class ProblemsModule {
  /** @throws Error when a code is explained already, in other words */
  static forFeature(problems: ProblemDocs): DynamicModule {
    explain(problems);
    return { module: ProblemsModule };
  }

  /** Serves the pages. */
  static forRoot(): DynamicModule {
    return { module: ProblemsModule, controllers: [ProblemsController] };
  }
}
