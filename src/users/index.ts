export { CreateUserDto } from './dto/create-user.dto.js';
export { Email, normalizeEmail } from './email.js';
export { looksLikeLink } from './link-like.js';
export { PersonName } from './person-name.js';
export type { User } from './user.entity.js';
export { presentUser, UserView } from './user.presenter.js';
export { UsersModule } from './users.module.js';
export type { AccountAccess, Contact, NewUser } from './users.repository.js';
export { UsersService } from './users.service.js';
