export { decodeDeadLetterId } from './dead-letter-id.js';
export { presentDeadLetter } from './dead-letter.presenter.js';
export { DeadLettersApiModule } from './dead-letters.api.module.js';
export { DeadLettersModule } from './dead-letters.module.js';
export { DeadLettersService } from './dead-letters.service.js';
