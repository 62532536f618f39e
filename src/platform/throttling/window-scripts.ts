/** The channel on which a process asks the others for places of a key that they hold ahead. */
export const RECALLS = 'till:limit:recall';

/**
 * Counts each key `count` times. Returns hits and milliseconds until the end of the window for each. The window starts with its first
 * hit; a key without an expiry (which should not exist) gets one.
 */
export const COUNT = `
  local answer = {}
  for i, key in ipairs(KEYS) do
    local hits = redis.call('INCRBY', key, ARGV[i + 1])
    local left = hits == tonumber(ARGV[i + 1]) and -1 or redis.call('PTTL', key)
    if left < 0 then
      redis.call('PEXPIRE', key, ARGV[1])
      left = tonumber(ARGV[1])
    end
    answer[2 * i - 1] = hits
    answer[2 * i] = left
  end
  return answer`;

/**
 * Takes places under a limit, and asks for places on this channel. KEYS: hits, and the places that processes hold ahead. ARGV: length of the window in ms, the limit, the
 * request's own places, the most places ahead, and the places that were held ahead and are used now. A request without a place is not counted: its answer
 * has the hits that there would be; if other processes hold places, they are asked to return them. At most a hundredth of the rest is given ahead.
 * Returns hits, ms to the end of the window, the places given ahead, those that processes hold, and the time of the window's end.
 */
export const takeTelling = (channel: string) => `
  local length, limit, own, most, used = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local hits, left = tonumber(redis.call('GET', KEYS[1]) or '0'), redis.call('PTTL', KEYS[1])
  local held = math.max(0, tonumber(redis.call('GET', KEYS[2]) or '0') - used)
  local before, ahead = held + used, 0
  if hits + own <= limit then
    ahead = math.min(most, math.floor((limit - hits - own) / 100))
    held = held + ahead
    redis.call('INCRBY', KEYS[1], own + ahead)
  elseif held > 0 then
    redis.call('PUBLISH', '${channel}', KEYS[1])
  end
  if left < 0 then
    left = length
    redis.call('PEXPIRE', KEYS[1], left)
  end
  if held ~= before then redis.call('SET', KEYS[2], held, 'PX', math.max(1, left)) end
  return { hits + own + ahead, left, ahead, held, redis.call('PEXPIRETIME', KEYS[1]) }`;

/** Returns places of a window to their limit, unless the window is over or they were written off. KEYS as above. ARGV: unused, lent, window. */
export const GIVE_BACK = `
  if redis.call('PEXPIRETIME', KEYS[1]) ~= tonumber(ARGV[3]) then return 0 end
  local held = tonumber(redis.call('GET', KEYS[2]) or '0')
  local back = math.min(tonumber(ARGV[1]), held)
  if back > 0 then redis.call('DECRBY', KEYS[1], back) end
  if held > 0 then redis.call('SET', KEYS[2], math.max(0, held - tonumber(ARGV[2])), 'KEEPTTL') end
  return back`;
