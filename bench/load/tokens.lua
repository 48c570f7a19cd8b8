-- wrk: the tokens of a file in turn. Arguments: the file, how many of its lines to skip, and either
-- "pause=MS", how long a connection pauses after each answer, or "turn=MS,0" and "turn=MS,1": of two wrk
-- that run at the same time each asks for so long while the other waits.
local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds; long nanoseconds; } timespec;
  int clock_gettime(int clock, timespec *time);
]]
local CLOCK_MONOTONIC = 1

local requests = {}
local at = 0

local function milliseconds()
  local now = ffi.new("timespec")
  ffi.C.clock_gettime(CLOCK_MONOTONIC, now)
  return tonumber(now.seconds) * 1000 + tonumber(now.nanoseconds) / 1e6
end

local function until_turn(length, turn)
  local phase = milliseconds() % (2 * length)
  local begins = turn * length
  if phase >= begins and phase < begins + length then
    return 0
  end
  return math.ceil((begins - phase) % (2 * length))
end

function init(arguments)
  local skip = tonumber(arguments[2] or 0)
  for token in io.lines(arguments[1]) do
    requests[#requests + 1] = "GET / HTTP/1.1\r\nHost: bench\r\nX-Access-Token: " .. token .. "\r\n\r\n"
  end
  at = skip % #requests
  local pause = tonumber((arguments[3] or ""):match("^pause=(%d+)$"))
  local length, turn = (arguments[3] or ""):match("^turn=(%d+),([01])$")
  if pause then
    function delay()
      return pause
    end
  elseif length then
    length, turn = tonumber(length), tonumber(turn)
    function delay()
      return until_turn(length, turn)
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "max_us": %d, '
      .. '"refused": %d, "errors": %d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
