export { ChangeFeed } from './change-feed.js';
export { ChangeFeedModule } from './change-feed.module.js';
export { ChangeHistory } from './change-history.js';
