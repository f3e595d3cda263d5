-- luajit.lua - the reference policy in Lua, for LuaJIT with cjson.
--
--   luajit luajit.lua FREEMAIL LEADS OUT
--
-- SPDX-License-Identifier: Apache-2.0
local cjson = require 'cjson'
local sub, find, lower, byte, format, floor = string.sub, string.find, string.lower, string.byte, string.format, math.floor

local free = {}
for line in io.lines(arg[1]) do
  if line ~= '' and byte(line) ~= 35 then free[line] = true end
end
local industries = { software = true, saas = true, fintech = true }
local countries = { FR = true, BE = true, CH = true }
local as_of, half_life, to_zero = 1780272000, 30 * 86400, 90 * 86400
local days = {}

local function seconds(text)
  local key = sub(text, 1, 10)
  local base = days[key]
  if not base then
    local year, month, day = tonumber(sub(text, 1, 4)), tonumber(sub(text, 6, 7)), tonumber(sub(text, 9, 10))
    if month <= 2 then year, month = year - 1, month + 12 end
    base = (365 * year + floor(year / 4) - floor(year / 100) + floor(year / 400)
      + floor((153 * (month - 3) + 2) / 5) + day - 719469) * 86400
    days[key] = base
  end
  local h, i, _, m, n, _, s, t = byte(text, 12, 19)
  return base + (h * 10 + i - 528) * 3600 + (m * 10 + n - 528) * 60 + s * 10 + t - 528
end

local function half(event) return 2 ^ ((seconds(event.at) - as_of) / half_life) end
local function fading(event)
  local factor = 1 - (as_of - seconds(event.at)) / to_zero
  return factor > 0 and factor or 0
end

local function contact_of(lead)
  local points, title = 0, lower(lead.job_title)
  if lead.department == 'marketing' then points = points + 25 end
  if find(title, 'head', 1, true) or find(title, 'chief', 1, true) or find(title, 'vp', 1, true)
    or find(title, 'director', 1, true) then points = points + 15 end
  if industries[lead.industry] then points = points + 10 end
  if lead.company_size >= 200 then points = points + 10 end
  if countries[lead.country] then points = points + 5 end
  if free[sub(lead.email, find(lead.email, '@', 1, true) + 1)] then points = points - 20 end
  if not lead.consent then points = points - 50 end
  return points
end

local function sums_of(events)
  local activity, views, engagement, priced, demo = 0, 0, 0, 0, false
  for i = 1, #events do
    local event = events[i]
    local kind = event.type
    if kind == 'page_view' then
      if sub(event.url, 1, 8) ~= '/pricing' then
        views = views + half(event)
      else
        priced = priced + 1
        if priced <= 4 then activity = activity + 5 * half(event) end
      end
    elseif kind == 'email_open' or kind == 'email_click' then
      engagement = engagement + 5 * fading(event)
    elseif kind == 'form_submit' then
      local factor = half(event)
      activity = activity + 10 * factor
      if not demo and event.form == 'demo' then
        demo = true
        activity = activity + 50 * factor
      end
    elseif kind == 'webinar_attend' then
      engagement = engagement + 15 * fading(event)
    elseif kind == 'unsubscribe' then
      activity = activity - 30 * half(event)
    end
  end
  return activity + (views < 10 and views or 10), engagement < 60 and engagement or 60
end

local out = io.open(arg[3], 'w')
out:setvbuf('full', 262144)
for line in io.lines(arg[2]) do
  local lead = cjson.decode(line)
  local contact = contact_of(lead)
  local activity, engagement = sums_of(lead.events)
  local stage = lead.stage
  if stage == 'lead' and contact >= 25 and activity >= 30 and engagement >= 10 then stage = 'mql' end
  out:write(format('{"id":"%s","contact":%d,"activity":%.15g,"engagement":%.15g,"stage":"%s","grade":"%s"}\n',
    lead.id, contact, activity, engagement, stage,
    contact >= 50 and 'A' or contact >= 30 and 'B' or contact >= 10 and 'C' or 'D'))
end
out:close()
