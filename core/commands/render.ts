import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Wiki } from '../wiki/wiki.ts'
import { renderForReader } from '../wiki/render-text.ts'
import { type Command, type CommandCall, textOption } from './command.ts'
import { openForCommand, wikiOf } from './open.ts'

/** Prints the markup of a page or of a text, as an anonymous reader would see it. */
export const render: Command = {
  usage: 'render [--page NAME] [FILE] | --jsonl',
  options: { page: { type: 'string' }, jsonl: { type: 'boolean' } },
  run,
}

async function run(call: CommandCall): Promise<number> {
  const farm = await openForCommand(call)
  try {
    const wiki = wikiOf(farm, call)
    if (call.values['jsonl'] === true) return await renderLines(wiki)
    const page = textOption(call, 'page')
    const [file] = call.words
    const text = file === undefined ? (page === undefined ? readFileSync(0, 'utf8') : null) : readFileSync(file, 'utf8')
    process.stdout.write(`${await renderForReader(wiki, page ?? 'StandardInput', text)}\n`)
    return 0
  } finally {
    await farm.close()
  }
}

/** `{id, pagename, text}` a line in, `{id, html}` a line out. */
async function renderLines(wiki: Wiki): Promise<number> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    const { id, pagename, text } = JSON.parse(line) as { id: string; pagename: string; text: string }
    process.stdout.write(`${JSON.stringify({ id, html: await renderForReader(wiki, pagename, text) })}\n`)
  }
  return 0
}
