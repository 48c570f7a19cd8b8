-- wrk: the tokens of a file in turn. Arguments: the file, how many of its lines to skip, and how many
-- milliseconds a connection pauses after each answer (none: it does not).
local requests = {}
local at = 0

function init(arguments)
  local skip = tonumber(arguments[2] or 0)
  for token in io.lines(arguments[1]) do
    requests[#requests + 1] = "GET / HTTP/1.1\r\nHost: bench\r\nX-Access-Token: " .. token .. "\r\n\r\n"
  end
  at = skip % #requests
  local pause = tonumber(arguments[3])
  if pause then
    function delay()
      return pause
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
