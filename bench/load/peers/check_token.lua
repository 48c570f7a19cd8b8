-- The check as people write it with lua-nginx-module: the record is read from Redis over connections
-- that are kept, and, where `dictionary` is there, remembered for a minute.
local redis = require "nginx.redis"
local cjson = require "cjson.safe"
local ffi = require "ffi"

ffi.cdef "unsigned char *SHA256(const unsigned char *data, size_t length, unsigned char *digest);"
local digest = ffi.new "unsigned char[32]"

local function hash(token)
  ffi.C.SHA256(token, #token, digest)
  return (ffi.string(digest, 32):gsub(".", function(byte)
    return string.format("%02x", byte:byte())
  end))
end

local function ask_redis(port, token)
  local connection = redis:new()
  connection:set_timeout(500)
  local connected = connection:connect("127.0.0.1", port)
  if not connected then
    return ngx.exit(503)
  end
  local record, problem = connection:get("active_token:" .. hash(token))
  if problem then
    return ngx.exit(503)
  end
  connection:set_keepalive(60000, 64)
  return record ~= ngx.null and cjson.decode(record) or nil
end

local function let_pass(user, id)
  ngx.var.user_id = user
  ngx.var.token_id = id
end

return function(port, dictionary)
  local token = ngx.var.http_x_access_token
  if not token then
    return ngx.exit(401)
  end
  local known = dictionary and dictionary:get(token)
  if known then
    return let_pass(known:sub(1, 36), known:sub(38, 73))
  end
  local grant = ask_redis(port, token)
  if not grant or grant.revoked or grant.expires_at <= os.date("!%Y-%m-%dT%H:%M:%SZ") then
    return ngx.exit(401)
  end
  if dictionary then
    dictionary:set(token, grant.user_id .. " " .. grant.token_id, 60)
  end
  return let_pass(grant.user_id, grant.token_id)
end
