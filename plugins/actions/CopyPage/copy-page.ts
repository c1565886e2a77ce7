import type { EditOutcome, WikiServices } from 'servus'

export interface CopyOptions {
  readonly comment: string
  readonly attachments: boolean
  /** Copy the readable pages below it too. */
  readonly subpages: boolean
}

type Outcome = Extract<EditOutcome, { status: 'saved' | 'exists' | 'refused' }>

/** Copies a page; nothing is written unless every new name is free. */
export async function copyPage(wiki: WikiServices, from: string, to: string, options: CopyOptions): Promise<Outcome> {
  const below = options.subpages ? await wiki.pages.names({ prefix: `${from}/`, underlay: false }) : []
  const copies = [from, ...below].map((name) => ({ name, copy: to + name.slice(from.length) }))
  for (const { copy } of copies) if (await wiki.pages.exists(copy)) return { status: 'exists', page: copy }

  let first: Outcome | null = null
  for (const { name, copy } of copies) {
    const source = await wiki.pages.read(name)
    if (source === null) continue
    const outcome = await wiki.editor.save(copy, { text: await source.text(), base: 0, comment: options.comment })
    if (outcome.status === 'refused' || outcome.status === 'exists') return outcome
    // Somebody made a page of this name at the same moment.
    if (outcome.status === 'conflict') return { status: 'exists', page: copy }
    first ??= { status: 'saved', revision: outcome.revision }
    if (options.attachments) await copyAttachments(wiki, name, copy)
  }
  return first ?? { status: 'exists', page: to }
}

async function copyAttachments(wiki: WikiServices, from: string, to: string): Promise<void> {
  for (const { name } of await wiki.pages.attachments(from)) {
    const file = await wiki.store.attachment(from, name)
    if (file === null) continue
    const chunks: Uint8Array[] = []
    // A file stream without an encoding hands out Buffers.
    for await (const chunk of file.open()) chunks.push(chunk as Buffer)
    await wiki.editor.attach(to, name, Buffer.concat(chunks))
  }
}
