// The thread that watches whether a plugin holds the process (core/commands/watchdog.ts). It shares the board that says who runs
// (core/plugins/call-board.ts); nothing here may wait for the main thread, which hangs when this is needed.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

const { slots, limit, note, beat } = workerData
const plugins = new Map()
parentPort.on('message', ({ plugin, number }) => plugins.set(number, plugin))

/** Milliseconds. */
const noteAfter = 150
const askAfter = Math.min(1000, limit / 2)
/** A busy machine answers late; a regular expression never does. */
const longestWait = 300

let last = ''
let stalled = 0
let noted = false
let asked = false
let seen = null
let complained = false
let before = performance.now()

setInterval(() => {
  const now = performance.now()
  // A machine that slept is no plugin's fault: a tick counts as two at most.
  const passed = Math.min(now - before, 2 * beat)
  before = now
  const state = `${slots[1]} ${slots[2]}`
  if (state !== last) return forget(state)
  stalled += passed
  if (stalled >= noteAfter && !noted) leaveNote(running() ?? seen?.plugin ?? onlyWaiting())
  if (stalled >= askAfter && !asked) askForStack()
  if (stalled >= limit + (seen === null ? longestWait : 0)) end()
}, beat)

function forget(state) {
  last = state
  stalled = 0
  seen = null
  asked = false
  complained = false
  if (noted) rmSync(note, { force: true })
  noted = false
}

function running() {
  return plugins.get(slots[0]) ?? null
}

/** The only plugin that waits for something: whatever came of it may be what runs. */
function onlyWaiting() {
  const waiting = [...plugins].filter(([number]) => slots[3 + number] > 0)
  return waiting.length === 1 ? waiting[0][1] : null
}

function leaveNote(plugin) {
  if (plugin === null) return
  noted = true
  try {
    mkdirSync(dirname(note), { recursive: true })
    writeFileSync(note, JSON.stringify({ plugin, since: Date.now() }))
  } catch {
    // A full disk: the process is still ended in time.
  }
}

/** Has the main thread stopped for a moment, wherever it is, and looks whose code that is. */
function askForStack() {
  asked = true
  const session = new Session()
  const scripts = new Map()
  session.connectToMainThread()
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url))
  session.on('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.map(({ functionName, location, url }) => {
      const file = url || scripts.get(location.scriptId) || ''
      return `    at ${functionName || '<anonymous>'} (${file.replace(/\?.*$/, '')}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1})`
    })
    seen = { stack: frames.join('\n'), plugin: inStack(frames) }
    if (!noted) leaveNote(seen.plugin)
    session.post('Debugger.resume')
    session.post('Debugger.disable', () => session.disconnect())
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}

function inStack(frames) {
  for (const frame of frames)
    for (const plugin of plugins.values()) {
      const folder = plugin.file.replace(/[/\\](?:index|theme)\.m?[jt]s$/, '/')
      if (frame.includes(folder)) return plugin
    }
  return null
}

function end() {
  const plugin = running() ?? seen?.plugin ?? onlyWaiting()
  const facts = { time: Date.now(), pid: process.pid, ms: Math.round(stalled), stack: seen?.stack ?? '' }
  if (plugin === null) {
    if (!complained) say({ level: 50, ...facts, msg: 'the process is held, by no plugin that is known' })
    complained = true
    return
  }
  const reason = `it held the process for ${Math.round(stalled)} ms`
  switchOff(plugin, reason)
  const { wiki, key, file } = plugin
  say({ level: 60, ...facts, wiki, plugin: key, file, msg: `plugin switched off: ${reason}; the process ends` })
  process.kill(process.pid, 'SIGKILL')
}

function switchOff({ switches, key }, reason) {
  try {
    let off = {}
    try {
      off = JSON.parse(readFileSync(switches, 'utf8')).off ?? {}
    } catch {
      // There is none so far.
    }
    off[key] = { reason, since: Date.now(), by: '' }
    mkdirSync(dirname(switches), { recursive: true })
    writeFileSync(`${switches}.watchdog`, `${JSON.stringify({ off }, null, 2)}\n`)
    renameSync(`${switches}.watchdog`, switches)
  } catch (error) {
    say({ level: 60, time: Date.now(), pid: process.pid, msg: `${switches} cannot be written: ${error.message}` })
  }
}

function say(line) {
  try {
    writeSync(1, `${JSON.stringify(line)}\n`)
  } catch {
    // Nobody reads the log.
  }
}
