import { type DynamicModule, Module } from '@nestjs/common';
import { ProblemsModule } from '../http/index.js';
import { PasswordSignIn } from './password-sign-in.js';
import { QueueBoardController } from './queue-board.controller.js';
import { QueueBoard, QUEUE_NAMES } from './queue-board.js';
import { queueBoardProblems } from './queue-board.problems.js';

/** `/admin/queues`, where QUEUE_BOARD is on. */
@Module({ imports: [ProblemsModule.forFeature(queueBoardProblems)] })
export class QueueBoardModule {
  /** `names`: of all queues. */
  static of(names: readonly string[]): DynamicModule {
    return {
      module: QueueBoardModule,
      controllers: [QueueBoardController],
      providers: [QueueBoard, PasswordSignIn, { provide: QUEUE_NAMES, useValue: names }],
    };
  }
}
