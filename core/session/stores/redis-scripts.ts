/**
 * What runs inside Redis, so that a merge is one round trip and nothing can come between its look and its write. A record is
 * one hash: its own fields start with `@`, a session's values with `v:`. Lists stay text: decoding them with cjson would turn
 * an empty list into an object and round large numbers.
 *
 * KEYS[1] the record, KEYS[2] the new one of a rename. ARGV starts with the prefix and the caller's time; a change follows as
 * counted parts (see `changeArguments`).
 */
const common = `
local prefix, now = ARGV[1], tonumber(ARGV[2])
local at = 3
local function take() local value = ARGV[at]; at = at + 1; return value end

local function alive(key)
  local found = redis.call('HMGET', key, '@expires', '@moved')
  return found[1] and tonumber(found[1]) > now and not found[2]
end

local function unlist(key)
  local user = redis.call('HGET', key, '@user')
  if user and user ~= '' then redis.call('ZREM', prefix .. 'u:' .. user, key) end
end

local function enlist(key)
  local found = redis.call('HMGET', key, '@user', '@expires')
  redis.call('PEXPIREAT', key, found[2])
  if found[1] and found[1] ~= '' then
    local set = prefix .. 'u:' .. found[1]
    redis.call('ZADD', set, found[2], key)
    redis.call('ZREMRANGEBYSCORE', set, '-inf', now)
    local last = redis.call('ZRANGE', set, -1, -1, 'WITHSCORES')
    if last[2] then redis.call('PEXPIREAT', set, string.format('%.0f', tonumber(last[2]))) end
  end
end

local function items(text)
  local list, depth, quoted, start, i = {}, 0, false, 2, 1
  if not text or string.sub(text, 1, 1) ~= '[' or text == '[]' then return list end
  while i <= #text do
    local c = string.byte(text, i)
    if quoted then
      if c == 92 then i = i + 1 elseif c == 34 then quoted = false end
    elseif c == 34 then quoted = true
    elseif c == 91 or c == 123 then depth = depth + 1
    elseif c == 93 or c == 125 then
      depth = depth - 1
      if depth == 0 then list[#list + 1] = string.sub(text, start, i - 1) end
    elseif c == 44 and depth == 1 then
      list[#list + 1] = string.sub(text, start, i - 1)
      start = i + 1
    end
    i = i + 1
  end
  return list
end

local function expected(key)
  for _ = 1, tonumber(take()) do
    local field, there, text = take(), take(), take()
    local held = redis.call('HGET', key, 'v:' .. field)
    if (there == '1' and held ~= text) or (there == '0' and held) then return false end
  end
  return true
end

local function apply(key)
  unlist(key)
  if take() == '1' then
    for _, field in ipairs(redis.call('HKEYS', key)) do
      if string.sub(field, 1, 2) == 'v:' then redis.call('HDEL', key, field) end
    end
  end
  for _ = 1, tonumber(take()) do local field = take(); redis.call('HSET', key, '@' .. field, take()) end
  for _ = 1, tonumber(take()) do redis.call('HDEL', key, 'v:' .. take()) end
  for _ = 1, tonumber(take()) do local field = take(); redis.call('HSET', key, 'v:' .. field, take()) end
  for _ = 1, tonumber(take()) do
    local field, by = 'v:' .. take(), take()
    local held = redis.call('HGET', key, field)
    if held and not string.match(held, '^%-?%d') then redis.call('HDEL', key, field) end
    redis.call('HINCRBYFLOAT', key, field, by)
  end
  for _ = 1, tonumber(take()) do
    local field, max, unique = 'v:' .. take(), tonumber(take()), take() == '1'
    local list = items(redis.call('HGET', key, field))
    for _ = 1, tonumber(take()) do
      local item = take()
      if unique then
        local others = {}
        for _, each in ipairs(list) do if each ~= item then others[#others + 1] = each end end
        list = others
      end
      list[#list + 1] = item
    end
    local first = 1
    if max > 0 and #list > max then first = #list - max + 1 end
    redis.call('HSET', key, field, '[' .. table.concat(list, ',', first) .. ']')
  end
  enlist(key)
end
`

export const createScript = `${common}
local held = redis.call('HGET', KEYS[1], '@expires')
if held and tonumber(held) > now then return 0 end
redis.call('DEL', KEYS[1])
apply(KEYS[1])
return 1
`

/**
 * What nearly every merge is: values set, and the times moved on. ARGV is the prefix, the caller's time, the new end ('' to
 * leave it), then names and texts. A third of the server's work.
 */
export const setScript = `
local found = redis.call('HMGET', KEYS[1], '@expires', '@moved', '@user')
if not found[1] or tonumber(found[1]) <= tonumber(ARGV[2]) or found[2] then return 'gone' end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
if ARGV[3] ~= '' then
  redis.call('PEXPIREAT', KEYS[1], ARGV[3])
  if found[3] and found[3] ~= '' then
    local set = ARGV[1] .. 'u:' .. found[3]
    redis.call('ZADD', set, ARGV[3], KEYS[1])
    redis.call('PEXPIREAT', set, ARGV[3], 'GT')
  end
end
return 'ok'
`

export const mergeScript = `${common}
if not alive(KEYS[1]) then return 'gone' end
if not expected(KEYS[1]) then return 'changed' end
apply(KEYS[1])
return 'ok'
`

export const renameScript = `${common}
if not alive(KEYS[1]) then return 'gone' end
local grace = take()
local realm = redis.call('HGET', KEYS[1], '@realm')
unlist(KEYS[1])
redis.call('RENAME', KEYS[1], KEYS[2])
apply(KEYS[2])
redis.call('HSET', KEYS[1], '@moved', '1', '@realm', realm, '@expires', string.format('%.0f', now + tonumber(grace)))
redis.call('PEXPIRE', KEYS[1], grace)
return 'ok'
`

export const destroyScript = `${common}
unlist(KEYS[1])
return redis.call('DEL', KEYS[1])
`
